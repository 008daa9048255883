/// A certificate in DER form (`.cer` as Windows exports it) as the text of the same; `None` for any other file. For forms without
/// script, whose files come as bytes.
pub fn certificate_text(bytes: &[u8]) -> Option<String> {
    pki::Certificate::from_file(bytes)
        .ok()
        .map(|certificate| certificate.pem())
}
