use leptos::prelude::*;

use crate::CopyButton;

/// Parts that stand together.
const GROUP: usize = 4;

/// A fingerprint such as `b4:6c:1f:…` in groups of four parts, easy to read aloud and to compare; copied as a whole.
#[component]
pub fn Fingerprint(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="fingerprint">
            <code class="fingerprint__value">
                {move || {
                    groups(&value.get()).into_iter().map(|group| view! { <span>{group}</span> }).collect_view()
                }}
            </code>
            <CopyButton text=value label/>
        </span>
    }
}

/// The text cut behind every fourth colon. The colons stay, so that a selection by hand is the whole fingerprint.
fn groups(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split_inclusive(':').collect();
    parts.chunks(GROUP).map(<[&str]>::concat).collect()
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn groups_keep_every_character() {
        assert_eq!(groups("b4:6c:1f:90:3d:02"), ["b4:6c:1f:90:", "3d:02"]);
        assert_eq!(groups("b4:6c:1f:90"), ["b4:6c:1f:90"]);
        assert_eq!(groups("no colons"), ["no colons"]);
    }
}
