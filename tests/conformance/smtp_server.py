"""The mail server of the conformance tests: aiosmtpd on a free port of the loopback interface.

    smtp_server.py MAILS_FD

Prints its port. Then reads modes from its standard input, a line each, and answers each with its
name: "plain", "auth" (offers AUTH), "reject_rcpt" (refuses every recipient). Mails go to the
descriptor, a line of JSON each. Ends with its input.
"""

import asyncio
import email
import email.policy
import json
import logging
import os
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Server:
    def __init__(self, mails_fd):
        self.mode = "plain"
        self.mails_fd = mails_fd

    def connection(self):
        """A connection's protocol. Without TLS, to require TLS for AUTH is not to offer it."""
        return SMTP(self, hostname="localhost", authenticator=self.authenticate,
                    auth_require_tls=self.mode != "auth", decode_data=False)

    @staticmethod
    def authenticate(_server, _session, _envelope, _mechanism, login):
        return AuthResult(success=True, auth_data=login)

    # The names are aiosmtpd's.
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.mode == "reject_rcpt":
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        line = json.dumps(record(session, envelope)) + "\n"
        os.write(self.mails_fd, line.encode())
        return "250 OK"


def record(session, envelope):
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    login = getattr(session, "auth_data", None) if session.authenticated else None
    return {
        "mail_from": envelope.mail_from,
        "rcpt_to": ",".join(envelope.rcpt_tos),
        "h_from": addresses(message["From"]),
        "h_to": addresses(message["To"]),
        "subject": str(message["Subject"]),
        "body": message.get_payload(decode=True).decode().replace("\r\n", "\n"),
        "auth_user": login.login.decode() if login else "",
        "auth_pass": login.password.decode() if login else "",
    }


def addresses(header):
    return ",".join(address.addr_spec for address in header.addresses)


async def main(mails_fd):
    server = Server(mails_fd)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(server.connection, "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        server.mode = line.strip()
        print(server.mode, flush=True)


if __name__ == "__main__":
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own past
    asyncio.run(main(int(sys.argv[1])))
