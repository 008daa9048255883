use leptos::prelude::window;

/// A certificate file that is no text (DER, as Windows exports `.cer`), as a text of the same certificate; `None` for any other
/// file. Whether it is a certificate the server says.
pub fn certificate_text(bytes: Vec<u8>) -> Option<String> {
    if !matches!(bytes.as_slice(), [0x30, 0x81..=0x84, ..]) {
        return None;
    }
    let letters: String = bytes.into_iter().map(char::from).collect();
    let text = window().btoa(&letters).ok()?;
    Some(format!(
        "-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    ))
}
