//! The ways in which a sealed extract does not come.

use domain::rules;

rules! {
    pub(crate),
    MISSING = "pull.missing", "there is no such file", "ask the agency whether it has sent, or correct the path";
    DENIED = "pull.denied", "the server does not let the hub in, or not at this file",
        "check user, key or credentials, and the server's permissions";
    HOST_KEY = "pull.host_key", "the server's key is none of `host_keys`: it is another machine, or was set up anew",
        "ask the server's operator for its key by telephone, and change `host_keys` only if it is right";
    CERTIFICATE = "pull.certificate", "the server's certificate is not one that is trusted here",
        "ask the server's operator, or name the certificate of its authority in `ca`";
    UNREACHABLE = "pull.unreachable", "the server can't be reached, or the connection broke and did not come back",
        "see whether the server and the network are up; the next run goes on where this one stopped";
    REDIRECT = "pull.redirect", "the server sends on to another address, and the hub follows none: secrets go where configuration says",
        "ask its operator for the file's own address, and name that";
    SLOW = "pull.timeout", "the server sent nothing for too long", "see whether the server is up, or raise `timeout_seconds`";
    CHANGING = "pull.changing", "the file changed while it was read, time and again",
        "let the agency write beside it and rename, and run again later";
    TOO_LARGE = "pull.too_large", "it is larger than this source may send",
        "ask the agency; if the size is right, raise `most_bytes` of the source";
    NO_RANGES = "pull.no_ranges", "the server does not send parts of a file, so that a broken download could not go on",
        "use a server that serves ranges (nginx, Apache and every S3 store do)";
    SECRET = "pull.secret", "a file that holds a secret is missing, readable by others, or not in its form",
        "see that file; `chmod 600` it, and renew the secret if it may have been read";
    AUTHORITY = "pull.ca", "the file named in `ca` holds no certificate (PEM)", "name the authority's certificate";
    NO_SSH = "pull.no_ssh", "the program `ssh` is not installed", "install OpenSSH's client (Debian: openssh-client)";
    DISK = "pull.disk", "the hub's own disk failed", "make room there or let the hub's user write, then run again";
    SETTING = "pull.setting", "these settings can't be used", "correct [city.source.pull]";
}
