//! The frame of every page.

use axum::response::{IntoResponse as _, Response};
use domain::Language;
use http::{HeaderValue, StatusCode, header};

use super::html::{Element, el};
use super::texts::{Texts, texts};

/// A page: what stands in its panel.
pub(crate) struct Page {
    pub status: StatusCode,
    pub title: &'static str,
    pub body: Vec<Element>,
    /// Where the browser goes by itself, after this many seconds. Works without script; [`Page::body`] has the link.
    pub refresh: Option<(u8, String)>,
}

/// What a page is shown in.
pub(crate) struct Frame {
    pub language: Language,
    pub stylesheet: String,
    /// The page itself in the other language; `None` for the answer to a form, which cannot be asked for again.
    pub path: Option<String>,
}

impl Page {
    pub fn new(status: StatusCode, title: &'static str, body: Vec<Element>) -> Self {
        Self {
            status,
            title,
            body,
            refresh: None,
        }
    }

    /// A page of one paragraph.
    pub fn plain(status: StatusCode, title: &'static str, text: &str) -> Self {
        Self::new(status, title, vec![el("p").text(text)])
    }

    pub fn refresh(mut self, seconds: u8, url: String) -> Self {
        self.refresh = Some((seconds, url));
        self
    }

    pub fn show(self, frame: &Frame) -> Response {
        let texts = texts(frame.language);
        let mut head = el("head")
            .child(el("meta").attr("charset", "utf-8"))
            .child(
                el("meta")
                    .attr("name", "viewport")
                    .attr("content", "width=device-width,initial-scale=1"),
            )
            .child(el("meta").attr("name", "robots").attr("content", "noindex"))
            .child(el("title").text(&format!("{} · COSMOS", self.title)))
            .child(
                el("link")
                    .attr("rel", "stylesheet")
                    .attr("href", &frame.stylesheet),
            )
            .child(el("link").attr("rel", "icon").attr("href", ICON));
        if let Some((seconds, url)) = &self.refresh {
            head = head.child(
                el("meta")
                    .attr("http-equiv", "refresh")
                    .attr("content", &format!("{seconds};url={url}")),
            );
        }
        let panel = el("main")
            .child(el("h1").text(self.title))
            .children(self.body)
            .children(other_language(frame));
        let gate = el("div").class("gate").child(sky(texts)).child(panel);
        let page = el("html")
            .attr("lang", frame.language.key())
            .child(head)
            .child(el("body").child(gate));
        let mut response = (self.status, page.document()).into_response();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
        response
    }
}

/// The product's icon (`public/favicon.svg`), within the page: without one a browser asks for `/favicon.ico`.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7.5' fill='%233c3a97'/%3E%3Cg fill='none' stroke='%23e8e9fb' stroke-width='2.1'%3E%3Ccircle cx='16' cy='16' r='4.6'/%3E%3Cellipse cx='16' cy='16' rx='12' ry='4.9' transform='rotate(-28 16 16)'/%3E%3C/g%3E%3Ccircle cx='25.2' cy='9.8' r='2.1' fill='%23b7bbff'/%3E%3C/svg%3E";

fn sky(texts: &Texts) -> Element {
    let brand = el("div").class("sky__brand").child(mark()).text("COSMOS");
    let lead = el("div")
        .child(el("p").class("sky__lead").text(texts.motto))
        .child(el("p").class("sky__text").text(texts.service));
    el("header")
        .class("sky")
        .child(brand)
        .child(lead)
        .child(el("span").class("sky__foot"))
}

/// The same page in the other language.
fn other_language(frame: &Frame) -> Option<Element> {
    let (path, other) = (frame.path.as_ref()?, frame.language.other());
    let link = el("a")
        .attr("href", &format!("{path}?lang={}", other.key()))
        .attr("lang", other.key())
        .attr("hreflang", other.key())
        .text(texts(other).language);
    Some(el("p").class("gate__links").child(link))
}

/// Our mark: a body and the path around it, as in the rest of the product.
fn mark() -> Element {
    let circle = |x: &str, y: &str, r: &str| el("circle").attr("cx", x).attr("cy", y).attr("r", r);
    let path = el("ellipse")
        .attr("cx", "12")
        .attr("cy", "12")
        .attr("rx", "10.5")
        .attr("ry", "4.2");
    el("svg")
        .class("mark")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(circle("12", "12", "4"))
        .child(path.attr("transform", "rotate(-28 12 12)"))
        .child(circle("20.2", "6.3", "1.7").class("mark__moon"))
}
