"""Postfix and OpenSMTPD, as their packages have them, with a maildir for whatever comes to
example.org, and a password where there is TLS."""

import email
import email.policy
import shutil
import tempfile
from pathlib import Path

from chroot import Root, await_port, free_ports

USER, PASSWORD = "mailer@example.org", "s3cr3t"


class RealServer:
    ways = ("starttls", "tls", "plain") # each has a port; the first two want a password

    def __init__(self, package, servers, certificate, users):
        # Beside the packages: /tmp may be mounted without devices.
        self.folder = tempfile.mkdtemp(prefix="run-", dir=servers)
        self.root = None
        try:
            self.root = Root(self.folder, package, servers, users)
            self.ports = dict(zip(self.ways, free_ports(len(self.ways))))
            self.root.copy(certificate[0], "etc/cert.pem")
            self.root.copy(certificate[1], "etc/key.pem")
            self.set_up()
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        self.launch()
        for port in self.ports.values():
            await_port(port, self.root)

    def halt(self):
        self.root.stop()

    def stop(self):
        if self.root is not None:
            self.root.stop()
        shutil.rmtree(self.folder)

    def mails(self):
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in sorted((self.root.path / "mail").rglob("new/*"))]


class OpenSmtpd(RealServer):
    def __init__(self, servers, certificate):
        super().__init__("opensmtpd", servers, certificate, [
            ("opensmtpd", 60001, "/var/lib/opensmtpd/empty"), ("opensmtpq", 60002, "/nonexistent")])

    def set_up(self):
        root = self.root
        for directory in ("var/lib/opensmtpd/empty", "var/spool/smtpd", "var/empty"):
            (root.path / directory).mkdir(parents=True, exist_ok=True)
            (root.path / directory).chmod(0o711)
        # For mail that it sends on; it does not start without one.
        root.write("etc/ssl/certs/ca-certificates.crt", (root.path / "etc/cert.pem").read_text())
        hashed = root.run("/usr/libexec/opensmtpd/encrypt", PASSWORD).stdout.decode().strip()
        root.write("etc/smtpd.conf", SMTPD_CONF.format(user=USER, hashed=hashed, **self.ports))

    def launch(self):
        self.root.start("/usr/sbin/smtpd", "-d", "-f", "/etc/smtpd.conf")


SMTPD_CONF = """
table everybody {{ "@example.org" = "postman" }}
table passwords {{ "{user}" = "{hashed}" }}
pki own cert "/etc/cert.pem"
pki own key "/etc/key.pem"
listen on 127.0.0.1 port {starttls} hostname mx.example.org tls-require pki own auth <passwords>
listen on 127.0.0.1 port {tls} hostname mx.example.org smtps pki own auth <passwords>
listen on 127.0.0.1 port {plain} hostname mx.example.org
action "keep" maildir "/mail" virtual <everybody>
match from any for domain "example.org" action "keep"
"""


class Postfix(RealServer):
    def __init__(self, servers, certificate):
        super().__init__("postfix", servers, certificate,
                         [("postfix", 60001, "/var/spool/postfix"), ("postdrop", 60002, "/none")])

    def set_up(self):
        root = self.root
        for plugin in Path("/usr/lib").glob("*/sasl2/lib*.so*"):
            root.add(str(plugin))
        root.add_libraries()
        self.make_queue()
        root.write("etc/postfix/sasl/smtpd.conf", "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                                          "mech_list: PLAIN LOGIN\nsasldb_path: /etc/sasldb\n")
        name, domain = USER.split("@")
        root.run("/usr/sbin/saslpasswd2", "-p", "-c", "-f", "/etc/sasldb", "-u", domain, name,
                 input=PASSWORD.encode())
        (root.path / "etc/sasldb").chmod(0o644)
        root.write("etc/postfix/main.cf", MAIN_CF)
        root.write("etc/postfix/master.cf", MASTER_CF.format(**self.ports))

    def make_queue(self):
        queue = self.root.path / "var/spool/postfix"
        for name in ("active bounce corrupt defer deferred flush hold incoming private saved "
                     "trace maildrop public pid").split():
            (queue / name).mkdir(parents=True, exist_ok=True)
            shutil.chown(queue / name, 0 if name == "pid" else 60001,
                         60002 if name in ("maildrop", "public") else 0)
            (queue / name).chmod(0o755 if name in ("pid", "public") else 0o700)
        data = self.root.path / "var/lib/postfix"
        data.mkdir(parents=True, exist_ok=True)
        shutil.chown(data, 60001, 60001)

    def launch(self):
        self.root.start("/usr/lib/postfix/sbin/master", "-s", "-c", "/etc/postfix",
                        environment={"LD_LIBRARY_PATH": "/usr/lib/postfix"})


MAIN_CF = """
compatibility_level = 3.6
queue_directory = /var/spool/postfix
data_directory = /var/lib/postfix
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
import_environment = LD_LIBRARY_PATH
maillog_file = /var/log/mail
myhostname = mx.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_base = /mail
virtual_mailbox_maps = static:everybody/
virtual_uid_maps = static:60000
virtual_gid_maps = static:60000
smtpd_tls_cert_file = /etc/cert.pem
smtpd_tls_key_file = /etc/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = example.org
smtpd_tls_auth_only = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
"""

MASTER_CF = """
{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
{plain} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
