//! A small writer of HTML: everything that is text gets escaped, because there is no other way to put text in.

/// An element under construction.
pub(crate) struct Element {
    name: &'static str,
    attributes: String,
    children: String,
}

/// Elements without content and end tag (HTML, section 13.1.2).
const VOID: &[&str] = &["br", "input", "link", "meta"];

/// A new element. Names of elements and attributes are ours, never data.
pub(crate) fn el(name: &'static str) -> Element {
    Element {
        name,
        attributes: String::new(),
        children: String::new(),
    }
}

impl Element {
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: &str) -> Self {
        self.attributes.push(' ');
        self.attributes.push_str(name);
        self.attributes.push_str("=\"");
        escape(value, &mut self.attributes);
        self.attributes.push('"');
        self
    }

    #[must_use]
    pub fn class(self, names: &'static str) -> Self {
        self.attr("class", names)
    }

    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        escape(text, &mut self.children);
        self
    }

    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "an element has one place")]
    pub fn child(mut self, child: Element) -> Self {
        child.write(&mut self.children);
        self
    }

    #[must_use]
    pub fn children(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        out.push_str(&self.attributes);
        out.push('>');
        if !VOID.contains(&self.name) {
            out.push_str(&self.children);
            out.push_str("</");
            out.push_str(self.name);
            out.push('>');
        }
    }

    /// The whole document.
    pub fn document(&self) -> String {
        let mut out = String::from("<!doctype html>");
        self.write(&mut out);
        out
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_wherever_it_is_put() {
        let hostile = r#""><script>alert('1')</script>&"#;
        let page = el("p")
            .attr("title", hostile)
            .text(hostile)
            .child(el("br"))
            .document();
        let safe = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;";
        assert_eq!(page, format!("<!doctype html><p title=\"{safe}\">{safe}<br></p>"));
        assert_eq!(
            el("p").text("plain ä").document(),
            "<!doctype html><p>plain ä</p>"
        );
    }
}
