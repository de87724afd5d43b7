/* A record as a syslog message: of RFC 5424, or of RFC 3164 for those who know nothing newer.
 *
 *     <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG
 *     <PRI>Mmm dd hh:mm:ss [HOSTNAME ]APP-NAME[PROCID]: MSG */
#ifndef RL_HANDLERS_SYSLOG_MESSAGE_H
#define RL_HANDLERS_SYSLOG_MESSAGE_H

#include "base/buffer.h"
#include "format/pattern.h"
#include "format/time_text.h"

#define RL_SYSLOG_HOSTNAME_MAX 64 /* as Linux has it */
#define RL_SYSLOG_APP_NAME_MAX 48
#define RL_SYSLOG_MSGID_MAX    32
#define RL_SYSLOG_SD_ID_MAX    32
/* What every receiver must take (RFC 5424, 6.1); more than any header. */
#define RL_SYSLOG_MIN_BYTES 480

struct rl_syslog_form {
    bool rfc3164;
    bool local;   /* which goes without a host name in RFC 3164 */
    int facility; /* of <syslog.h>, so a multiple of 8 */
    char hostname[RL_SYSLOG_HOSTNAME_MAX + 1];
    char app_name[RL_SYSLOG_APP_NAME_MAX + 1];
    char sd_id[RL_SYSLOG_SD_ID_MAX + 1]; /* "": no structured data */
    size_t message_bytes;                /* the most */
    struct rl_time_text time_text;
    struct rl_buffer text;  /* scratch */
    struct rl_buffer value; /* the same for a field */
};

/* Appends the message for `line`, whose text is `text`: escaped here, whatever it went through. */
void rl_syslog_message_append(struct rl_syslog_form *syslog, const struct rl_line *line,
                              struct rl_span text, struct rl_buffer *out);

#endif
