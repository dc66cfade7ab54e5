//! Servers on loopback, each a process of its own that ends with its test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use domain::PullConfig;
use tempfile::TempDir;

/// A process that is ended when the test is over.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server with a folder of its own.
pub(crate) struct Server {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    _process: Process,
}

pub(crate) fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; run tests/servers.sh"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

fn is_root() -> bool {
    String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0"
}

pub(crate) fn user() -> String {
    String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap().trim().to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts a program and waits until it answers.
fn start(program: &Path, arguments: &[&str], folder: &Path, port: u16) -> Process {
    let log = fs::File::create(folder.join("log")).unwrap();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; run tests/servers.sh", program.display()));
    let patience = Instant::now() + Duration::from_mins(1);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = child.try_wait().unwrap().is_some();
        assert!(
            !ended && Instant::now() < patience,
            "{} did not start: {}",
            program.display(),
            fs::read_to_string(folder.join("log")).unwrap()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    Process(child)
}

/// OpenSSH's server with a host key of its own and one user key that it lets in.
pub(crate) fn sshd() -> Server {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for name in ["host", "user", "stranger"] {
        run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", &at(name)]);
    }
    let port = free_port();
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\nUsePAM no\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n",
        at("host"),
        at("user.pub")
    );
    fs::write(folder.path().join("config"), config).unwrap();
    let process = start(Path::new("/usr/sbin/sshd"), &["-D", "-e", "-f", &at("config")], folder.path(), port);
    Server { folder, port, _process: process }
}

/// An authority of its own, and a certificate for localhost by it.
fn certificates(folder: &Path) {
    let at = |name: &str| folder.join(name).display().to_string();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    for (authority, subject) in [("ca", "/CN=authority"), ("other", "/CN=another authority")] {
        let (secret, public) = (at(&format!("{authority}.key")), at(&format!("{authority}.pem")));
        run(
            "openssl",
            &[
                &["req", "-x509"],
                &key[..],
                &["-keyout", &secret, "-out", &public, "-days", "2", "-subj", subject],
            ]
            .concat(),
        );
    }
    run(
        "openssl",
        &[&["req"], &key[..], &["-keyout", &at("key"), "-out", &at("csr"), "-subj", "/CN=localhost"]]
            .concat(),
    );
    fs::write(folder.join("ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").unwrap();
    run(
        "openssl",
        &[
            "x509",
            "-req",
            "-in",
            &at("csr"),
            "-CA",
            &at("ca.pem"),
            "-CAkey",
            &at("ca.key"),
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            &at("ext"),
            "-out",
            &at("cert"),
        ],
    );
}

/// nginx over TLS; what lies in `www` is served, `www/private` asks for a password, and `/moved/` is elsewhere.
pub(crate) fn nginx() -> Server {
    nginx_as("cert", "key")
}

/// The same with the authority's own certificate in the place of a server's.
pub(crate) fn self_signed_nginx() -> Server {
    nginx_as("ca.pem", "ca.key")
}

fn nginx_as(certificate: &str, key: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    fs::create_dir_all(folder.path().join("www/private")).unwrap();
    let port = free_port();
    let at = folder.path().display();
    let user = if is_root() { "user root;" } else { "" };
    // Of `hub` and `a sentinel password`, by OpenSSL's own hash.
    let hash =
        Command::new("openssl").args(["passwd", "-apr1", "a sentinel password"]).output().unwrap().stdout;
    fs::write(folder.path().join("users"), format!("hub:{}", String::from_utf8(hash).unwrap())).unwrap();
    let config = format!(
        "{user} daemon off; master_process off; pid {at}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off; sendfile off;\n\
         client_body_temp_path {at}/t1; proxy_temp_path {at}/t2; fastcgi_temp_path {at}/t3; uwsgi_temp_path {at}/t4; scgi_temp_path {at}/t5;\n\
         server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {at}/{certificate}; ssl_certificate_key {at}/{key}; root {at}/www;\n\
         location /moved/ {{ return 302 https://localhost:{port}/clinic.sealed; }}\n\
         location /private/ {{ auth_basic hub; auth_basic_user_file {at}/users; }} }} }}\n"
    );
    fs::write(folder.path().join("nginx.conf"), config).unwrap();
    let conf = folder.path().join("nginx.conf").display().to_string();
    let process = start(Path::new("/usr/sbin/nginx"), &["-c", &conf, "-e", "stderr"], folder.path(), port);
    Server { folder, port, _process: process }
}

/// An S3-compatible store over TLS, with a bucket `extracts`.
pub(crate) fn s3_store() -> Server {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let port = free_port();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/moto_server");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (number, cert, key) = (port.to_string(), at("cert"), at("key"));
    let arguments = ["-H", "127.0.0.1", "-p", &number, "-s", "-c", &cert, "-k", &key];
    let process = start(&program, &arguments, folder.path(), port);
    fs::write(
        folder.path().join("credentials"),
        "access_key_id = \"hub\"\nsecret_access_key = \"a sentinel secret\"\n",
    )
    .unwrap();
    private(&folder.path().join("credentials"));
    let server = Server { folder, port, _process: process };
    server.put("extracts", &[]);
    server
}

/// Puts a bucket or an object into the store at `port`, as somebody whom it knows.
pub(crate) fn put(port: u16, ca: &Path, name: &str, bytes: &[u8]) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca = reqwest::Certificate::from_pem(&fs::read(ca).unwrap()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).build().unwrap();
    let known = "AWS4-HMAC-SHA256 Credential=hub/20261125/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";
    let url = format!("https://localhost:{port}/{name}");
    let request = client.put(url).header("authorization", known).body(bytes.to_vec());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(request.send()).unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

pub(crate) fn private(path: &Path) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

impl Server {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a bucket or an object into the store.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        put(self.port, &self.path("ca.pem"), name, bytes);
    }

    pub(crate) fn sftp(&self, port: u16, file: &Path) -> PullConfig {
        let host_key = fs::read_to_string(self.path("host.pub")).unwrap();
        config(&format!(
            "[sftp]\nhost = \"127.0.0.1\"\nport = {port}\nuser = \"{}\"\npath = \"{}\"\nkey = \"{}\"\nhost_keys = [\"{}\"]\n",
            user(),
            file.display(),
            self.path("user").display(),
            host_key.trim()
        ))
    }

    pub(crate) fn https(&self, port: u16, path: &str) -> PullConfig {
        let ca = self.path("ca.pem").display().to_string();
        config(&format!("[https]\nurl = \"https://localhost:{port}/{path}\"\nca = \"{ca}\"\n"))
    }

    pub(crate) fn s3(&self, port: u16, path: &str) -> PullConfig {
        config(&format!(
            "[s3]\nendpoint = \"https://localhost:{port}\"\nregion = \"us-east-1\"\nbucket = \"extracts\"\npath = \"{path}\"\n\
             credentials = \"{}\"\nca = \"{}\"\n",
            self.path("credentials").display(),
            self.path("ca.pem").display()
        ))
    }
}

pub(crate) fn config(text: &str) -> PullConfig {
    toml::from_str(&format!("signed_by = [\"RW\"]\ntimeout_seconds = 5\nattempts = 4\n{text}")).unwrap()
}

/// Bytes that no compression and no repetition could hide.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}
