//! Why a sign-in failed.

use outside::HttpError;

use crate::trouble::ProviderTrouble;

/// Why a sign-in at an identity provider failed. The text is for the person who set the provider up; [`Self::code`]
/// is for events and for the texts of pages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// An address of the provider's record is no web address.
    #[error("the identity provider's {0} is not a valid web address")]
    BadEndpoint(&'static str),
    /// An address of the provider's record stands for all tenants of Microsoft Entra ID.
    #[error("the identity provider's addresses name no single Microsoft Entra tenant")]
    MultiTenant,
    /// The token endpoint is called without TLS and there is no signature to check instead (ruling 5).
    #[error("over plain http an issuer with published keys is required")]
    PlainHttpNeedsIssuer,
    /// The answer came from another provider than the one that was asked (RFC 9207).
    #[error("the answer came from another identity provider than the one asked")]
    MixUp,
    /// The provider reported an error, by redirect or at the token endpoint.
    #[error("the identity provider answered \"{error}\": {description}")]
    ProviderSaid {
        /// Its word for it (RFC 6749, 4.1.2.1 and 5.2).
        error: String,
        /// Its sentence, possibly empty.
        description: String,
    },
    /// The token endpoint answered with a status and nothing that explains it.
    #[error("the identity provider's token endpoint answered with status {0}")]
    Status(u16),
    /// The token endpoint's answer is not what the standard says.
    #[error("the identity provider's answer could not be read")]
    BadAnswer,
    /// The answer holds no ID token: the scope `openid` is not granted.
    #[error("the identity provider sent no ID token")]
    NoIdToken,
    /// The ID token is malformed, too long, encrypted, or of another type.
    #[error("the ID token could not be read")]
    BadToken,
    /// The ID token is signed in a way that is not accepted.
    #[error("the ID token is signed with an algorithm that is not accepted")]
    BadAlgorithm,
    /// The signature is not of a key of the provider.
    #[error("the signature of the ID token is not of this identity provider")]
    BadSignature,
    /// The provider's keys cannot be read.
    #[error("the identity provider's keys could not be read")]
    NoKeys,
    /// The ID token is of another issuer.
    #[error("the ID token is of another issuer")]
    WrongIssuer,
    /// The ID token is for another client.
    #[error("the ID token is for another application")]
    WrongAudience,
    /// The ID token was given to another client.
    #[error("the ID token was given to another application")]
    WrongAuthorizedParty,
    /// The ID token does not belong to this sign-in.
    #[error("the ID token belongs to another sign-in")]
    WrongNonce,
    /// The ID token is past its end or was made long ago.
    #[error("the ID token has expired")]
    Expired,
    /// The ID token is from the future: one of the clocks is wrong.
    #[error("the ID token is not valid yet; compare the clocks")]
    NotYetValid,
    /// The access token beside the ID token is not the one that belongs to it.
    #[error("the access token does not belong to the ID token")]
    WrongAccessToken,
    /// The ID token names nobody.
    #[error("the ID token lacks a usable subject")]
    NoSubject,
    /// Neither e-mail nor user name is known, after `UserInfo` was asked where there is one.
    #[error("the identity provider sent neither \"email\" nor \"preferred_username\"")]
    NoEmail {
        /// The claims that did come, as JSON, for the test sign-in.
        raw_claims: String,
    },
    /// The `UserInfo` answer is missing, unreadable or about somebody else.
    #[error("the identity provider's UserInfo answer is not about the person who signed in")]
    BadUserInfo,
    /// The provider has not answered several times, so that it was not asked (fault F10).
    #[error("the identity provider has not answered several times; it is tried again every 30 seconds")]
    NotAnswering,
    /// The provider could not be reached.
    #[error("the identity provider could not be reached: {0}")]
    Http(#[from] HttpError),
}

/// Longest word and longest sentence of a provider that is kept, in characters.
const WORD: usize = 64;
const SENTENCE: usize = 500;

impl SignInError {
    /// What a provider reported, shortened and freed of control characters, since it ends in logs and on pages.
    pub fn provider_said(error: &str, description: Option<&str>) -> Self {
        let clean = |text: &str, most| -> String {
            text.chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(most)
                .collect()
        };
        let (error, description) = (
            clean(error, WORD),
            clean(description.unwrap_or_default(), SENTENCE),
        );
        Self::ProviderSaid { error, description }
    }

    /// A short word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadEndpoint(_) => "bad_endpoint",
            Self::MultiTenant => "multi_tenant",
            Self::PlainHttpNeedsIssuer => "plain_http_needs_issuer",
            Self::MixUp => "mix_up",
            Self::ProviderSaid { .. } => "provider_said",
            Self::Status(_) => "status",
            Self::BadAnswer => "bad_answer",
            Self::NoIdToken => "no_id_token",
            Self::BadToken => "bad_token",
            Self::BadAlgorithm => "bad_algorithm",
            Self::BadSignature => "bad_signature",
            Self::NoKeys => "no_keys",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::WrongAuthorizedParty => "wrong_authorized_party",
            Self::WrongNonce => "wrong_nonce",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::WrongAccessToken => "wrong_access_token",
            Self::NoSubject => "no_subject",
            Self::NoEmail { .. } => "no_email",
            Self::BadUserInfo => "bad_userinfo",
            Self::NotAnswering => "not_answering",
            Self::Http(error) => error.code(),
        }
    }

    /// Whether the provider refused the client for its secret (RFC 6749, 5.2).
    pub fn is_about_the_secret(&self) -> bool {
        matches!(self, Self::ProviderSaid { error, .. } if error == "invalid_client")
    }

    /// The usual trouble behind what the provider reported, where we know it.
    pub fn trouble(&self) -> Option<ProviderTrouble> {
        match self {
            Self::ProviderSaid { error, description } => ProviderTrouble::of(error, description),
            _ => None,
        }
    }
}
