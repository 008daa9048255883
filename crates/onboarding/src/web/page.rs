//! The frame of every page.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

use super::html::{Element, el};
use super::texts::{Language, Texts};

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
        let texts = frame.language.texts();
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
            );
        if let Some((seconds, url)) = &self.refresh {
            head = head.child(
                el("meta")
                    .attr("http-equiv", "refresh")
                    .attr("content", &format!("{seconds};url={url}")),
            );
        }
        let panel = el("main")
            .class("gate-panel")
            .child(el("h1").text(self.title))
            .children(self.body);
        let gate = el("div").class("gate").child(sky(texts, frame)).child(panel);
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

fn sky(texts: &Texts, frame: &Frame) -> Element {
    let brand = el("div")
        .class("gate-brand")
        .child(mark())
        .child(el("span").text("COSMOS"));
    let middle = el("div")
        .child(el("p").class("gate-motto").text(texts.motto))
        .child(el("p").class("gate-service").text(texts.service));
    let sky = el("header").class("sky").child(brand).child(middle);
    let (Some(path), other) = (&frame.path, frame.language.other()) else {
        return sky;
    };
    let link = el("a")
        .attr("href", &format!("{path}?lang={}", other.key()))
        .attr("lang", other.key())
        .attr("hreflang", other.key())
        .text(other.texts().language);
    sky.child(el("p").class("gate-language").child(link))
}

fn mark() -> Element {
    el("svg")
        .attr("viewBox", "0 0 24 24")
        .attr("fill", "none")
        .attr("stroke", "currentColor")
        .attr("stroke-width", "1.8")
        .attr("aria-hidden", "true")
        .child(el("circle").attr("cx", "12").attr("cy", "12").attr("r", "4"))
        .child(
            el("ellipse")
                .attr("cx", "12")
                .attr("cy", "12")
                .attr("rx", "10.5")
                .attr("ry", "4.2")
                .attr("transform", "rotate(-28 12 12)"),
        )
}
