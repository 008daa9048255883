//! Programs that nobody here wrote: curl and openssl.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

/// A folder of files for the programs.
pub struct Files(tempfile::TempDir);

impl Files {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.arg(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The file's name as an argument.
    pub fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Runs a program in the folder; it has to succeed.
    pub async fn run(&self, program: &str, arguments: &[&str]) -> String {
        let (success, output, errors) = run(self.0.path(), program, arguments).await;
        assert!(success, "{program} {arguments:?}: {errors}");
        output
    }

    /// A new key in `name.key` and a request for it in `name.csr`, base64 of DER; the request asks for more than is due.
    pub async fn request(&self, name: &str, key: &[&str]) {
        let (key_file, der) = (format!("{name}.key"), format!("{name}.der"));
        self.run(
            "openssl",
            &[&["genpkey", "-quiet", "-out", &key_file], key].concat(),
        )
        .await;
        let greedy = [
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "subjectAltName=DNS:ums.contoso.example",
        ];
        let request = [
            "req",
            "-new",
            "-key",
            &key_file,
            "-subj",
            "/CN=foreign",
            "-outform",
            "DER",
            "-out",
            &der,
        ];
        self.run("openssl", &[&request[..], &greedy].concat()).await;
        let csr = self.run("openssl", &["base64", "-in", &der]).await;
        self.write(&format!("{name}.csr"), csr);
    }

    /// The certificates of an EST answer, as PEM in `to`.
    pub async fn certificates(&self, reply: &Reply, to: &str) {
        self.write("reply.b64", &reply.body);
        self.run(
            "openssl",
            &["base64", "-d", "-in", "reply.b64", "-out", "reply.p7"],
        )
        .await;
        self.run(
            "openssl",
            &[
                "pkcs7",
                "-inform",
                "DER",
                "-in",
                "reply.p7",
                "-print_certs",
                "-out",
                to,
            ],
        )
        .await;
    }
}

/// P-256, for [`Files::request`].
pub const P256: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// What curl got.
#[derive(Debug)]
pub struct Reply {
    /// 0 where there was no answer.
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Vec<&str> {
        let named = |line: &&str| {
            line.split_once(':')
                .is_some_and(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        self.headers
            .lines()
            .filter(named)
            .map(|line| line.split_once(':').unwrap().1.trim())
            .collect()
    }
}

/// Calls `url` with curl, trusting `root.pem` of the folder alone.
pub async fn curl(files: &Files, url: &str, arguments: &[&str]) -> Reply {
    let _ = std::fs::remove_file(files.path("body"));
    let _ = std::fs::remove_file(files.path("headers"));
    let always = [
        "--silent",
        "--max-time",
        "20",
        "--cacert",
        "root.pem",
        "-o",
        "body",
        "-D",
        "headers",
        "-w",
        "%{http_code}",
        url,
    ];
    let (_, output, _) = run(&files.path(""), "curl", &[&always[..], arguments].concat()).await;
    let read = |name| std::fs::read_to_string(files.path(name)).unwrap_or_default();
    Reply {
        status: output.trim().parse().unwrap_or(0),
        headers: read("headers"),
        body: read("body"),
    }
}

async fn run(folder: &Path, program: &str, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command
        .output()
        .await
        .unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.success(),
        text(&output.stdout),
        text(&output.stderr),
    )
}
