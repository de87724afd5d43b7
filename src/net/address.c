#include "net/address.h"

#include "base/utf8.h"

#include <string.h>

#define ADDRESS_BYTES 254 /* RFC 5321, 4.5.3.1.3, without its angle brackets */
#define SUBJECT_BYTES 500
#define HOST_BYTES    253

const char *rl_address_fault(const char *address)
{
    if (address == NULL || *address == '\0')
        return "is empty";
    if (strlen(address) > ADDRESS_BYTES)
        return "is longer than 254 bytes";
    for (const char *at = address; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~')
            return "has a blank, a control character or one that is not ASCII";
        if (strchr("<>()\",;:\\", *at) != NULL)
            return "has one of < > ( ) \" , ; : \\: it is to be the bare address, name@domain";
    }
    const char *domain = strchr(address, '@');
    if (domain == address || (domain != NULL && (domain[1] == '\0' || strchr(domain + 1, '@'))))
        return "is not of the form name@domain";
    return NULL;
}

const char *rl_subject_fault(const char *subject)
{
    if (subject == NULL || *subject == '\0')
        return "is empty";
    if (strlen(subject) > SUBJECT_BYTES)
        return "is longer than 500 bytes";
    if (!rl_utf8_valid(subject, strlen(subject)))
        return "is not UTF-8";
    for (const char *at = subject; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return "has a line break or another control character";
    return NULL;
}

const char *rl_host_fault(const char *host)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
    if (host == NULL || *host == '\0')
        return "is empty";
    if (strlen(host) > HOST_BYTES)
        return "is longer than 253 bytes";
    return host[strspn(host, allowed)] == '\0' ? NULL : "is neither a name nor an address";
}
