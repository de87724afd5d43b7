#include "output/ctf/metadata.h"

#include "output/escape.h"

#include <inttypes.h>
#include <ringlog/reader.h>
#include <ringlog/ringlog.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#    define BYTE_ORDER_NAME "le"
#else
#    define BYTE_ORDER_NAME "be"
#endif

uint16_t ctf_loglevel(int level)
{
    if (level >= RINGLOG_CRITICAL)
        return 2;
    if (level >= RINGLOG_ERROR)
        return 3;
    if (level >= RINGLOG_WARNING)
        return 4;
    return level >= RINGLOG_INFO ? 6 : 14;
}

/* ---- all but events ---- */

/* Names begin with an underscore, as readers take one away: so none is a word of the language.
 * The context is what ctf/trace.c puts in front of every event's fields. */
static const char declarations[] =
    "typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
    "typealias integer { size = 8; align = 8; signed = false; base = hex; } := byte_t;\n"
    "typealias integer { size = 32; align = 8; signed = true; } := int32_t;\n"
    "typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
    "typealias integer { size = 64; align = 8; signed = true; } := int64_t;\n"
    "typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
    "typealias floating_point { exp_dig = 11; mant_dig = 53; align = 8; } := real_t;\n"
    "\n"
    "env {\n"
    "    tracer_name = \"ringlog\";\n"
    "};\n"
    "\n"
    "clock {\n"
    "    name = \"realtime\";\n"
    "    description = \"nanoseconds since 1970-01-01 00:00:00 UTC\";\n"
    "    freq = 1000000000;\n"
    "    offset = 0;\n"
    "    absolute = true;\n"
    "};\n"
    "\n"
    "typealias integer {\n"
    "    size = 64; align = 8; signed = false; map = clock.realtime.value;\n"
    "} := time_t;\n"
    "\n"
    "stream {\n"
    "    id = 0;\n"
    "    packet.context := struct {\n"
    "        time_t timestamp_begin;\n"
    "        time_t timestamp_end;\n"
    "        uint64_t content_size;\n"
    "        uint64_t packet_size;\n"
    "        uint64_t packet_seq_num;\n"
    "        uint64_t events_discarded;\n"
    "    };\n"
    "    event.header := struct {\n"
    "        uint32_t id;\n"
    "        time_t timestamp;\n"
    "    };\n"
    "    event.context := struct {\n"
    "        string _level;\n"
    "        int32_t _levelno;\n"
    "        string _logger;\n"
    "        string _message;\n"
    "        string _host;\n"
    "        string _process;\n"
    "        int32_t _pid;\n"
    "        string _thread;\n"
    "        int32_t _tid;\n"
    "        string _file;\n"
    "        uint32_t _line;\n"
    "        string _function;\n"
    "    };\n"
    "};\n";

void ctf_metadata_begin(struct buffer *out, const unsigned char uuid[CTF_UUID_BYTES])
{
    buffer_text(out, "/* CTF 1.8 */\n\n"
                     "trace {\n"
                     "    major = 1;\n"
                     "    minor = 8;\n"
                     "    uuid = \"");
    for (size_t i = 0; i < CTF_UUID_BYTES; i++)
        buffer_printf(out, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uuid[i]);
    buffer_text(out, "\";\n"
                     "    byte_order = " BYTE_ORDER_NAME ";\n"
                     "    packet.header := struct {\n"
                     "        integer { size = 32; align = 8; base = hex; } magic;\n"
                     "        integer { size = 8; align = 8; } uuid[16];\n"
                     "        integer { size = 32; align = 8; } stream_id;\n"
                     "    };\n"
                     "};\n\n");
    buffer_text(out, declarations);
}

/* ---- event classes ---- */

/* The format, which says most; where it says nothing, the place. */
static void append_event_name(struct buffer *out, const struct ctf_site *site, const char *format,
                              const char *file)
{
    struct buffer name = {0};
    if (site->is_loss != 0)
        buffer_text(&name, "records lost");
    else if (strcmp(format, "%s") != 0 && *format != '\0')
        escape_for_terminal(&name, format, strlen(format), false);
    else if (*file == '\0')
        buffer_text(&name, "message");
    else {
        const char *slash = strrchr(file, '/');
        const char *base = slash == NULL ? file : slash + 1;
        escape_for_terminal(&name, base, strlen(base), false);
        buffer_printf(&name, ":%" PRIu32, site->line);
    }
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] == '"' || name.data[i] == '\\')
            buffer_char(out, '\\');
        buffer_char(out, name.data[i]);
    }
    buffer_free(&name);
}

/* Names of a class so far, each with its NUL. */
static bool is_among(const struct buffer *names, const char *name)
{
    for (const char *at = names->data; at < names->data + names->length; at += strlen(at) + 1)
        if (strcmp(at, name) == 0)
            return true;
    return false;
}

/* The name as it is, or with a number that makes it another than all others. */
static void make_unique(struct buffer *names, struct buffer *name)
{
    const size_t length = name->length;
    for (unsigned number = 2;; number++) {
        buffer_char(name, '\0');
        if (!is_among(names, name->data))
            break;
        name->length = length;
        buffer_printf(name, "_%u", number);
    }
    buffer_append(names, name->data, name->length);
}

/* "arg2"; of a key what an identifier can have of it. */
static void append_identifier(struct buffer *out, const struct ctf_field *field, const char *key)
{
    const size_t start = out->length;
    bool says_something = false;
    for (uint32_t i = 0; i < field->key_length; i++) {
        const char byte = key[i];
        const bool fits = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9');
        buffer_char(out, fits ? byte : '_');
        says_something |= fits;
    }
    if (says_something)
        return;
    /* Readers do not tell names of underscores apart. */
    out->length = start;
    if (field->number != 0)
        buffer_printf(out, "arg%" PRIu32, field->number);
    else
        buffer_text(out, "field");
}

static const char *type_of(const struct ctf_field *field)
{
    switch ((enum ringlog_value_type)field->type) {
    case RINGLOG_VALUE_INTEGER:
        return "int64_t";
    case RINGLOG_VALUE_UNSIGNED:
        return "uint64_t";
    case RINGLOG_VALUE_BOOL:
        return "enum : uint8_t { \"false\" = 0, \"true\" = 1 }";
    case RINGLOG_VALUE_REAL:
        return "real_t";
    case RINGLOG_VALUE_TEXT:
        return "string";
    case RINGLOG_VALUE_BYTES:
        break;
    }
    return "byte_t";
}

static void declare_field(struct buffer *out, struct buffer *names, const struct ctf_field *field,
                          const char *key)
{
    struct buffer name = {0}, length_name = {0};
    append_identifier(&name, field, key);
    make_unique(names, &name);
    if (field->type == RINGLOG_VALUE_BYTES) {
        buffer_text(&length_name, "length_of_");
        buffer_text(&length_name, name.data);
        make_unique(names, &length_name);
        buffer_text(out, "        uint32_t _");
        buffer_text(out, length_name.data);
        buffer_text(out, ";\n");
    }
    buffer_text(out, "        ");
    buffer_text(out, type_of(field));
    buffer_text(out, " _");
    buffer_text(out, name.data);
    if (field->type == RINGLOG_VALUE_BYTES) {
        buffer_text(out, "[_");
        buffer_text(out, length_name.data);
        buffer_text(out, "]");
    }
    buffer_text(out, ";\n");
    buffer_free(&name);
    buffer_free(&length_name);
}

void ctf_metadata_declare(struct buffer *out, uint32_t id, const char *shape, size_t length)
{
    /* With the underscore in front they are words of the language after all. */
    static const char reserved[] = "Bool\0Complex\0Imaginary";
    struct ctf_site site;
    struct buffer names = {0};
    buffer_append(&names, reserved, sizeof reserved);
    memcpy(&site, shape, sizeof site);
    const char *format = shape + sizeof site;
    const char *file = format + strlen(format) + 1;
    buffer_text(out, "\nevent {\n    name = \"");
    append_event_name(out, &site, format, file);
    buffer_printf(out,
                  "\";\n    id = %" PRIu32 ";\n    stream_id = 0;\n    loglevel = %u;\n"
                  "    fields := struct {\n",
                  id, (unsigned)site.loglevel);
    for (const char *at = file + strlen(file) + 1; at < shape + length;) {
        struct ctf_field field;
        memcpy(&field, at, sizeof field);
        at += sizeof field;
        declare_field(out, &names, &field, at);
        at += field.key_length;
    }
    buffer_text(out, "    };\n};\n");
    buffer_free(&names);
}
