//! How a letter looks: plain text, and the same as HTML for mail programs. Styles stand at the elements, because many programs
//! drop style sheets; the one sheet only adds dark colours for those that keep it.

use std::fmt::Write as _;

use domain::Language;
use outside::Mail;

use super::{Part, Written};

/// The product, as the person knows it.
const PRODUCT: &str = "COSMOS";

const DARK: &str = "@media (prefers-color-scheme:dark){\
    .page{background:#14171c!important}\
    .sheet{background:#1d2229!important}\
    .text{color:#e8eaed!important}\
    .note{color:#a3abb5!important}\
    .button{background:#6ea8fe!important;color:#0b1220!important}\
    }";
const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif";

/// The mail of a letter.
pub(super) fn mail(written: &Written, language: Language, to: String, message_id: String) -> Mail {
    Mail {
        to,
        subject: written.subject.clone(),
        text: text(written, language),
        html: html(written, language),
        message_id: Some(message_id),
    }
}

fn footer(language: Language) -> &'static str {
    language.pick(
        "This mail was sent automatically. Nobody reads answers to it.",
        "Diese Mail wurde automatisch verschickt. Antworten darauf liest niemand.",
    )
}

fn under_button(language: Language) -> &'static str {
    language.pick(
        "If the button does not work, copy this address into your browser:",
        "Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:",
    )
}

fn text(written: &Written, language: Language) -> String {
    let mut text = String::new();
    for part in &written.parts {
        match part {
            Part::Text(words) | Part::Note(words) => text.push_str(words),
            Part::Button { label, url } => {
                text.push_str(label);
                text.push_str(":\n");
                text.push_str(url);
            }
        }
        text.push_str("\n\n");
    }
    text.push_str("-- \n");
    text.push_str(PRODUCT);
    text.push('\n');
    text.push_str(footer(language));
    text.push('\n');
    text
}

fn html(written: &Written, language: Language) -> String {
    let mut parts = String::new();
    for part in &written.parts {
        // Writing to a string does not fail.
        let _ = match part {
            Part::Text(words) => write!(
                parts,
                "<p class=\"text\" style=\"margin:0 0 16px;color:#1f2933;font-size:16px;line-height:1.5\">{}</p>",
                lines(words)
            ),
            Part::Note(words) => write!(
                parts,
                "<p class=\"note\" style=\"margin:0 0 16px;color:#56616d;font-size:13px;line-height:1.5\">{}</p>",
                lines(words)
            ),
            Part::Button { label, url } => write!(
                parts,
                "<p style=\"margin:24px 0 16px\"><a class=\"button\" href=\"{address}\" style=\"display:inline-block;padding:12px 20px;\
                 border-radius:6px;background:#1657c5;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none\">{}</a></p>\
                 <p class=\"note\" style=\"margin:0 0 16px;color:#56616d;font-size:13px;line-height:1.5\">{}<br>\
                 <span style=\"word-break:break-all\">{address}</span></p>",
                escaped(label),
                escaped(under_button(language)),
                address = escaped(url),
            ),
        };
    }
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{subject}</title><style>{DARK}</style></head>\
         <body class=\"page\" style=\"margin:0;padding:24px 12px;background:#f3f5f8;{FONT}\">\
         <div class=\"sheet\" style=\"max-width:560px;margin:0 auto;padding:28px 24px;border-radius:10px;background:#ffffff\">\
         <p class=\"text\" style=\"margin:0 0 20px;color:#1f2933;font-size:18px;font-weight:700;letter-spacing:.04em\">{PRODUCT}</p>\
         {parts}</div>\
         <p class=\"note\" style=\"max-width:560px;margin:16px auto 0;color:#56616d;font-size:12px\">{footer}</p></body></html>",
        language = language.key(),
        subject = escaped(&written.subject),
        footer = escaped(footer(language)),
    )
}

/// Escaped, with its line breaks.
fn lines(words: &str) -> String {
    escaped(words).replace('\n', "<br>")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same_and_what_people_typed_stays_text() {
        let written = Written {
            subject: "Hello <b>".to_owned(),
            parts: vec![
                Part::Text("Ada & \"Eve\"\n<script>alert(1)</script>".to_owned()),
                Part::Button {
                    label: "Go on".to_owned(),
                    url: "https://portal.contoso.example/reset?token=a&b".to_owned(),
                },
                Part::Note("One hour.".to_owned()),
            ],
        };
        let mail = mail(
            &written,
            Language::German,
            "ada@contoso.example".to_owned(),
            "1".to_owned(),
        );
        assert!(mail.text.contains("Ada & \"Eve\"\n<script>"), "{}", mail.text);
        assert!(
            mail.text
                .contains("Go on:\nhttps://portal.contoso.example/reset?token=a&b\n")
        );
        assert!(mail.html.contains("lang=\"de\"") && !mail.html.contains("<script>"));
        assert!(mail.html.contains("Ada &amp; &quot;Eve&quot;<br>&lt;script&gt;"));
        assert!(
            mail.html
                .contains("href=\"https://portal.contoso.example/reset?token=a&amp;b\"")
        );
        for form in [&mail.text, &mail.html] {
            assert!(form.contains("One hour.") && form.contains("Antworten darauf liest niemand."));
        }
    }
}
