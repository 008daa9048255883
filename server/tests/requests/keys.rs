//! SEC-36: a private key that somebody uploads by mistake is refused and forgotten. Not a byte of it reaches the disk or the log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use pki::authority::ROOT_LIFETIME;
use pki::{Authority, KeyKind, PrivateKey};

use crate::matrix::{Row, Sample, rows};
use crate::requests::sign_in;
use crate::stage::{Call, Stage, portal_cookie, ums_cookie};

/// What stands in the keys, and what stands beside them.
const KEY: &str = "Y2FuYXJ5IG9mIGEga2V5LCBub3QgZm9yIGFueSBkaXNr";
const NOTE: &str = "a note that is no key";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|found| found == text.as_bytes())
}

/// As UTF-16, which is how some tools write text.
fn wide(text: &str) -> String {
    text.chars().flat_map(|letter| [letter, '\0']).collect()
}

/// The endpoints that take certificates, with the fields of their forms.
fn takers() -> Vec<(Row, &'static [(&'static str, &'static str)])> {
    let all = [rows::portal(), rows::WEB_APP.to_vec()].concat();
    let taken = |row: Row| match row.sample {
        Sample::Form(fields)
        | Sample::FormAbout(_, fields)
        | Sample::Multipart(fields)
        | Sample::MultipartAbout(_, fields) => fields
            .iter()
            .any(|(name, _)| is_file(name))
            .then_some((row, fields)),
        _ => None,
    };
    all.into_iter().filter_map(taken).collect()
}

fn is_file(name: &str) -> bool {
    ["chain", "certificate"]
        .iter()
        .any(|known| name.trim_end_matches(']').ends_with(known))
}

#[tokio::test]
async fn sec_36_no_byte_of_a_private_key_reaches_the_disk_or_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _listening = tracing::subscriber::set_default(subscriber);
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let ums = stage.ums_session(stage.superuser).await;
    let takers = takers();
    assert!(takers.len() >= 5, "{}", takers.len());
    let key = |label: &str| format!("-----BEGIN {label}-----\n{KEY}\n-----END {label}-----\n");
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    let files = [
        key("PRIVATE KEY"),
        key("RSA PRIVATE KEY").replace('\n', "\r\n"),
        key("ENCRYPTED PRIVATE KEY"),
        format!("{NOTE}\n{certificate}\n{}", key("EC PRIVATE KEY")),
        format!("{certificate}{}", key("PRIVATE KEY")),
        format!("\u{feff}{}", key("PRIVATE KEY")),
        format!("-----BEGIN PRIVATE KEY-----\n{KEY}"),
        wide(&key("PRIVATE KEY")),
    ];
    for (row, fields) in &takers {
        for file in &files {
            let filled: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (*name, if is_file(name) { file.as_str() } else { *value }))
                .collect();
            let whole = matches!(row.sample, Sample::Multipart(_) | Sample::MultipartAbout(..));
            for call in [Call::post(row.path), Call::submit(row.path)] {
                let call = if whole {
                    call.multipart(&filled)
                } else {
                    call.form(&filled)
                };
                let reply = stage
                    .call(call.cookie(portal_cookie(&session)).cookie(ums_cookie(&ums)))
                    .await;
                assert!(
                    reply.status == 303 || (400..500).contains(&reply.status),
                    "{}: {} {}",
                    row.path,
                    reply.status,
                    reply.body
                );
                assert!(!reply.body.contains(KEY), "{}", row.path);
                // What was typed beside it comes back to the form, and the key does not.
                let back = reply.header("location").to_owned();
                if back.starts_with('/') {
                    let page = stage.call(Call::get(back).cookie(portal_cookie(&session))).await;
                    assert!(!page.body.contains(KEY), "{}", row.path);
                }
            }
        }
        let written = stage.written().concat();
        for text in [KEY.to_owned(), wide(KEY)] {
            assert!(!holds(&written, &text), "{}: on the disk", row.path);
            assert!(!holds(&log.0.lock().unwrap(), &text), "{}: in the log", row.path);
        }
    }
    // A file without a key that is refused is kept for its form: the search above would have found one.
    let (form, note) = ("/forms/routing", format!("{NOTE}\n{certificate}"));
    let call = Call::submit(form).multipart(&[("draft[name]", "A"), ("draft[chain]", note.as_str())]);
    assert_eq!(stage.call(call.cookie(portal_cookie(&session))).await.status, 303);
    assert!(holds(&stage.written().concat(), NOTE));
    assert!(!log.0.lock().unwrap().is_empty());
}

/// A form of a new record, without script, with a file of those bytes.
fn with_file(name: &str, file: &[u8]) -> Call {
    let mut body = Vec::new();
    for (field, value) in [
        ("name", name),
        ("host", "ums.contoso.example"),
        ("port", "8443"),
        ("domains", &format!("{name}.example")),
    ] {
        body.extend(
            format!("--line\r\nContent-Disposition: form-data; name=\"draft[{field}]\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    let head = "--line\r\nContent-Disposition: form-data; name=\"chain_file\"; filename=\"root.cer\"\r\n\r\n";
    body.extend(
        head.bytes()
            .chain(file.iter().copied())
            .chain("\r\n--line--\r\n".bytes()),
    );
    Call::submit("/forms/routing").body("multipart/form-data; boundary=line", body)
}

/// Windows exports `.cer` files in DER form.
#[tokio::test]
async fn sec_36_a_certificate_that_is_no_text_is_taken_and_a_key_that_is_none_is_forgotten() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let root = Authority::new_root("Root", KeyKind::P256, stage.cloud.services.now(), ROOT_LIFETIME).unwrap();
    let der = root.certificate().der().to_vec();
    let key = PrivateKey::generate(KeyKind::P256).unwrap().to_pkcs8().to_vec();
    for (name, file, taken) in [
        ("der", der.clone(), true),
        ("half", der[..der.len() / 2].to_vec(), false),
        ("key", key.clone(), false),
    ] {
        let reply = stage
            .call(with_file(name, &file).cookie(portal_cookie(&session)))
            .await;
        let to = if taken {
            "/services/onboarding"
        } else {
            "/services/onboarding/new"
        };
        assert_eq!((reply.status, reply.header("location")), (303, to), "{name}");
    }
    let written = stage.written().concat();
    let lossy = String::from_utf8_lossy(&key).into_owned();
    let longest = lossy
        .split(char::REPLACEMENT_CHARACTER)
        .max_by_key(|part| part.len())
        .unwrap();
    assert!(!written.windows(16).any(|found| found == &key[key.len() - 16..]));
    assert!(longest.len() < 8 || !holds(&written, longest), "{longest:?}");
}
