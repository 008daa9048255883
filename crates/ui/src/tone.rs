/// What a message or state means. Always shown by a word and a shape as well, never by colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Good,
    Warn,
    Bad,
}

impl Tone {
    /// Class of a part in this tone, e.g. `note note--warn`.
    pub(crate) fn class(self, block: &str) -> String {
        match self {
            Self::Neutral => block.to_owned(),
            Self::Info => format!("{block} {block}--info"),
            Self::Good => format!("{block} {block}--good"),
            Self::Warn => format!("{block} {block}--warn"),
            Self::Bad => format!("{block} {block}--bad"),
        }
    }
}
