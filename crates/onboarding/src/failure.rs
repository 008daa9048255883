use federation::SignInError;
use outside::HttpError;
use protocol::DeviceError;

/// Why a run ended without a result. Its code is shown by the device (ruling 21), its words stand in `web::texts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The identity provider could not be asked, or what it said does not hold.
    Provider,
    /// Somebody else signed in than the device asked for.
    WrongPerson,
    /// The identity provider names neither an e-mail address nor a user name.
    NoName,
    /// No routing record maps the user or the domain.
    NoRecord,
    /// The UMS that answers is not registered in the account.
    NotRegistered,
    /// The UMS does not answer, or not with TLS, or refuses.
    UmsUnreachable,
    /// The certificate of the UMS does not name the host of the record.
    UmsName,
    /// The certificate of the UMS does not lead to the record's chain.
    UmsChain,
    /// Nobody signed in in time.
    NotSignedIn,
    /// The token was not used in time.
    NotUsed,
}

impl Failure {
    const ALL: [Self; 10] = [
        Self::Provider,
        Self::WrongPerson,
        Self::NoName,
        Self::NoRecord,
        Self::NotRegistered,
        Self::UmsUnreachable,
        Self::UmsName,
        Self::UmsChain,
        Self::NotSignedIn,
        Self::NotUsed,
    ];

    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::WrongPerson => "wrong_person",
            Self::NoName => "no_name",
            Self::NoRecord => "no_record",
            Self::NotRegistered => "not_registered",
            Self::UmsUnreachable => "ums_unreachable",
            Self::UmsName => "ums_name",
            Self::UmsChain => "ums_chain",
            Self::NotSignedIn => "not_signed_in",
            Self::NotUsed => "not_used",
        }
    }

    pub(crate) fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.key() == key)
    }

    /// The code that the device shows.
    pub fn code(self) -> DeviceError {
        match self {
            Self::Provider | Self::NotRegistered | Self::UmsUnreachable | Self::NotSignedIn => {
                DeviceError::OnboardingServiceUnreachable
            }
            Self::WrongPerson | Self::NoName | Self::NoRecord => DeviceError::InvalidArguments,
            Self::UmsName => DeviceError::NoTlsConnection,
            Self::UmsChain => DeviceError::ChainNotVerified,
            Self::NotUsed => DeviceError::NotEnrolled,
        }
    }

    /// What a failed call to a UMS means (ruling 21): no TCP, plain HTTP and all else 30, name 45, chain 46.
    pub(crate) fn of_call(error: HttpError) -> Self {
        match error {
            HttpError::TlsName | HttpError::TlsOther => Self::UmsName,
            HttpError::TlsChain => Self::UmsChain,
            HttpError::BadUrl
            | HttpError::Refused { .. }
            | HttpError::Dns
            | HttpError::Tcp
            | HttpError::NotTls
            | HttpError::Timeout
            | HttpError::TooLarge
            | HttpError::Redirect
            | HttpError::Protocol => Self::UmsUnreachable,
        }
    }
}

/// A failure with its cause in words for the administrator.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub failure: Failure,
    pub cause: String,
    /// What the identity provider did wrong, as a word for machines.
    pub word: Option<&'static str>,
    /// Nothing accepted a connection, so that another address may be tried.
    pub no_connection: bool,
}

/// Longest cause that is kept, in characters.
const CAUSE_MAX: usize = 500;

impl Failed {
    pub fn new(failure: Failure, cause: impl Into<String>) -> Self {
        let cause: String = cause.into();
        Self {
            failure,
            cause: cause
                .chars()
                .filter(|c| !c.is_control())
                .take(CAUSE_MAX)
                .collect(),
            word: None,
            no_connection: false,
        }
    }

    pub fn of_sign_in(failure: Failure, error: &SignInError) -> Self {
        Self {
            word: Some(error.code()),
            ..Self::new(failure, error.to_string())
        }
    }

    pub fn of_call(error: HttpError, place: &str) -> Self {
        Self {
            no_connection: matches!(error, HttpError::Tcp),
            ..Self::new(Failure::of_call(error), format!("{place}: {error}"))
        }
    }
}
