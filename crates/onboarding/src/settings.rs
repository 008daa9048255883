use sha2::{Digest as _, Sha256};
use url::Url;

/// What the Onboarding Service is told at the start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its own web origin, such as `https://obs.example`. The redirect URI at the identity providers is this with a final slash.
    pub public_url: String,
    /// The text of its style sheet. Classes used: see [`crate::web`].
    pub stylesheet: String,
}

impl Settings {
    /// The public address without a final slash.
    pub fn base(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// The address registered at every identity provider, letter by letter.
    pub fn redirect_uri(&self) -> String {
        format!("{}/", self.base())
    }

    /// The origin as browsers write it.
    pub(crate) fn origin(&self) -> String {
        Url::parse(&self.public_url)
            .map(|url| url.origin().ascii_serialization())
            .unwrap_or_default()
    }

    /// Where the style sheet is served; its name changes with its text, so that it may be kept for ever.
    pub fn stylesheet_path(&self) -> String {
        let digest = Sha256::digest(self.stylesheet.as_bytes());
        let sum = digest.first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight));
        format!("/obs-{sum:016x}.css")
    }
}
