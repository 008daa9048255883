//! What a server function answers when it did not do its work.

use domain::Fault;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// The server understood and refused.
    Fault(Fault),
    /// The server was not reached, or its answer was not understood. The text is for the console.
    Transport(String),
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr::{Args, Deserialization, MissingArg};
        match error {
            // Read on the server: the caller sent what no form or page of ours sends. Its own words would tell strangers about
            // our types.
            #[cfg(feature = "ssr")]
            Args(_) | Deserialization(_) | MissingArg(_) => {
                crate::api::reply(Fault::Invalid(domain::Invalid::default()).into())
            }
            #[cfg(not(feature = "ssr"))]
            Args(text) | Deserialization(text) | MissingArg(text) => Self::Transport(text),
            other => Self::Transport(other.to_string()),
        }
    }
}

impl AppError {
    /// What an address names is not there: on the server this is the status of the page too.
    pub fn missing() -> Self {
        #[cfg(feature = "ssr")]
        return crate::api::reply(Fault::NotFound.into());
        #[cfg(not(feature = "ssr"))]
        Self::Fault(Fault::NotFound)
    }

    /// No role of the reader opens the page: on the server this is the status of the page too.
    pub fn forbidden() -> Self {
        #[cfg(feature = "ssr")]
        return crate::api::reply(Fault::Forbidden.into());
        #[cfg(not(feature = "ssr"))]
        Self::Fault(Fault::Forbidden)
    }

    /// The fault, if the server answered with one.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Transport(_) => None,
        }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}
impl std::error::Error for AppError {}
