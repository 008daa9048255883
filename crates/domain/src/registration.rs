//! "IGEL Customer & Account Registration", and what becomes of it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::country::country;
use crate::draft::{Checker, name, short_text};
use crate::fault::{Invalid, Reason};
use crate::id::{AccountId, RegistrationId};
use crate::{EmailAddress, Language};

/// Life of the link that confirms a registration, in hours.
pub const CONFIRM_HOURS: u16 = 24;
/// Life of the one-time password that an approval mails, in days.
pub const ONE_TIME_PASSWORD_DAYS: u16 = 7;
/// Longest line of an address, city or state, in characters.
pub const LINE_MAX: u32 = 200;
/// Longest post code, in characters.
pub const POST_CODE_MAX: u32 = 20;
/// Longest telephone number, in characters.
pub const PHONE_MAX: u32 = 30;
/// Fewest digits of a telephone number.
const PHONE_DIGITS_MIN: usize = 5;
/// Longest reason of a refusal, in characters.
pub const REASON_MAX: u32 = 1000;

/// What companies do: key, English, German. The last one is preselected.
pub const INDUSTRIES: &[(&str, &str, &str)] = &[
    ("education", "Education", "Bildung"),
    ("energy", "Energy and Utilities", "Energie und Versorgung"),
    ("finance", "Financial Services", "Finanzdienstleistungen"),
    ("government", "Government", "Öffentliche Verwaltung"),
    ("healthcare", "Healthcare", "Gesundheitswesen"),
    ("hospitality", "Hospitality", "Gastgewerbe"),
    ("it", "Information Technology", "Informationstechnik"),
    ("insurance", "Insurance", "Versicherungen"),
    (
        "logistics",
        "Logistics and Transportation",
        "Logistik und Verkehr",
    ),
    ("manufacturing", "Manufacturing", "Fertigung"),
    ("media", "Media", "Medien"),
    ("non-profit", "Non-Profit", "Gemeinnützige Organisation"),
    (
        "professional-services",
        "Professional Services",
        "Beratung und Dienstleistung",
    ),
    ("retail", "Retail", "Handel"),
    ("telecommunications", "Telecommunications", "Telekommunikation"),
    (OTHER_INDUSTRY, "Other", "Andere"),
];

/// The industry that is preselected.
pub const OTHER_INDUSTRY: &str = "other";

/// What an industry is called.
pub fn industry_name(key: &str, language: Language) -> &str {
    let found = INDUSTRIES.iter().find(|(known, ..)| *known == key);
    found.map_or(key, |(_, english, german)| language.pick(*english, *german))
}

fn industry(key: &str) -> Result<String, Reason> {
    let known = INDUSTRIES.iter().any(|(known, ..)| *known == key);
    known.then(|| key.to_owned()).ok_or(Reason::NotAChoice)
}

/// A telephone number as typed: digits and what people put between them.
pub fn phone(text: &str) -> Result<String, Reason> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let known = |c: char| c.is_ascii_digit() || " +-/().".contains(c);
    match text.chars().count() {
        n if n > PHONE_MAX as usize => Err(Reason::TooLong { max: PHONE_MAX }),
        _ if digits < PHONE_DIGITS_MIN || !text.chars().all(known) => Err(Reason::NotAPhoneNumber),
        _ => Ok(text.to_owned()),
    }
}

/// "Company Information", as typed.
#[derive(Clone, Copy, Debug)]
pub struct CompanyFields<'a> {
    pub company: &'a str,
    pub address: &'a str,
    pub address2: &'a str,
    pub city: &'a str,
    pub post_code: &'a str,
    pub country: &'a str,
    pub state: &'a str,
    pub industry: &'a str,
}

/// "Company Information".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyInformation {
    pub company: String,
    pub address: String,
    pub address2: String,
    pub city: String,
    pub post_code: String,
    /// Code of a country, as ISO 3166-1 has it. Empty where an account was made by the command line.
    pub country: String,
    pub state: String,
    /// Key of an industry.
    pub industry: String,
}

impl CompanyFields<'_> {
    /// The values, or noted faults.
    pub fn check(&self, checker: &mut Checker) -> Option<CompanyInformation> {
        let line = || short_text(LINE_MAX);
        let company = checker.required("company", self.company, name);
        let address = checker.required("address", self.address, line());
        let address2 = checker.optional("address2", self.address2, line());
        let city = checker.required("city", self.city, line());
        let post_code = checker.required("post_code", self.post_code, short_text(POST_CODE_MAX));
        let country = checker.required("country", self.country, country);
        let state = checker.required("state", self.state, line());
        let industry = checker.required("industry", self.industry, industry);
        Some(CompanyInformation {
            company: company?,
            address: address?,
            address2: address2.unwrap_or_default(),
            city: city?,
            post_code: post_code?,
            country: country?,
            state: state?,
            industry: industry?,
        })
    }
}

/// The form, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RegistrationDraft {
    #[serde(default)]
    pub company: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub address2: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub post_code: String,
    #[serde(default)]
    pub country: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub industry: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub language: String,
    /// Whether news may be sent.
    #[serde(default)]
    pub news: bool,
    /// Whether the privacy policies were accepted.
    #[serde(default)]
    pub privacy: bool,
}

/// A registration that can be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewRegistration {
    pub information: CompanyInformation,
    pub email: EmailAddress,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub language: Language,
    pub news: bool,
}

impl RegistrationDraft {
    /// What can be said without lists; which mail domains and mailboxes are refused is looked up by the use case.
    pub fn check(&self) -> Result<NewRegistration, Invalid> {
        let mut checker = Checker::default();
        let fields = CompanyFields {
            company: &self.company,
            address: &self.address,
            address2: &self.address2,
            city: &self.city,
            post_code: &self.post_code,
            country: &self.country,
            state: &self.state,
            industry: &self.industry,
        };
        let information = fields.check(&mut checker);
        let email = checker.required("email", &self.email, EmailAddress::parse);
        let first_name = checker.required("first_name", &self.first_name, name);
        let last_name = checker.required("last_name", &self.last_name, name);
        let phone = checker.required("phone", &self.phone, phone);
        let language = checker.required("language", &self.language, Language::chosen);
        if !self.privacy {
            checker.fault("privacy", Reason::NotAccepted);
        }
        checker.finish(|| {
            Some(NewRegistration {
                information: information?,
                email: email?,
                first_name: first_name?,
                last_name: last_name?,
                phone: phone?,
                language: language?,
                news: self.news,
            })
        })
    }
}

/// What the link of the confirmation mail leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationLink {
    /// It can be confirmed.
    Open { company: String, email: String },
    /// It is confirmed already; an operator checks it, or has.
    Confirmed,
    /// Its hours are over.
    Expired,
    /// It is none of ours, or a newer one has taken its place.
    Unknown,
}

/// How far a registration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// Its address is not confirmed.
    Asked,
    /// It waits for an operator.
    Confirmed,
    Approved,
    Refused,
}

impl RegistrationState {
    pub fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Confirmed => "confirmed",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Asked, Self::Confirmed, Self::Approved, Self::Refused]
            .into_iter()
            .find(|state| state.key() == key)
    }
}

/// A row of the operators' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationRow {
    pub id: RegistrationId,
    pub company: String,
    pub email: String,
    pub name: String,
    pub country: String,
    pub state: RegistrationState,
    pub confirmed_at: OffsetDateTime,
    pub decided_by: String,
}

/// A registration, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub row: RegistrationRow,
    pub information: CompanyInformation,
    pub phone: String,
    pub language: Language,
    pub news: bool,
    pub asked_at: OffsetDateTime,
    pub decided_at: Option<OffsetDateTime>,
    pub reason: String,
    /// The account that an approval made.
    pub account: Option<AccountId>,
    /// While it waits.
    pub facts: Option<RegistrationFacts>,
}

/// What can be found out about a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationFacts {
    /// The part of the address behind the `@`.
    pub domain: String,
    pub mail: MailFact,
    /// Accounts with people of that domain, or that have mapped it.
    pub accounts: Vec<KnownAccount>,
    /// Whether an account has the company's name.
    pub name_taken: bool,
    /// Domains that the configuration trusts for an account of that name.
    pub trusted: Vec<String>,
}

/// What the domain name system says about mail of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFact {
    /// Its mail servers, the most preferred first.
    Servers(Vec<String>),
    /// It names none.
    NoServers,
    /// There is no such domain.
    NoSuchDomain,
    /// The name servers did not answer, or this machine has none.
    Unknown,
}

/// An account, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAccount {
    pub id: AccountId,
    pub name: String,
}

/// "Approve".
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ApproveDraft {
    #[serde(default)]
    pub id: String,
    /// What the account shall be called.
    #[serde(default)]
    pub name: String,
}

impl ApproveDraft {
    pub fn check(&self) -> Result<String, Invalid> {
        let mut checker = Checker::default();
        let name = checker.required("name", &self.name, name);
        checker.finish(|| name)
    }
}

/// "Refuse".
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RefuseDraft {
    #[serde(default)]
    pub id: String,
    /// For the applicant, who gets it by mail.
    #[serde(default)]
    pub reason: String,
}

impl RefuseDraft {
    pub fn check(&self) -> Result<String, Invalid> {
        let mut checker = Checker::default();
        let reason = checker.required("reason", &self.reason, reason);
        checker.finish(|| reason)
    }
}

/// Why a registration is refused: a text of some lines.
pub fn reason(text: &str) -> Result<String, Reason> {
    if text.chars().count() > REASON_MAX as usize {
        Err(Reason::TooLong { max: REASON_MAX })
    } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        Err(Reason::ControlCharacter)
    } else {
        Ok(text.replace('\r', ""))
    }
}

/// The texts that a registration links to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalText {
    /// Terms & Conditions.
    Terms,
    /// Privacy Policy.
    Privacy,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> RegistrationDraft {
        RegistrationDraft {
            company: "Contoso".into(),
            address: "Road 1".into(),
            city: "Berlin".into(),
            post_code: "10115".into(),
            country: "DE".into(),
            state: "Berlin".into(),
            industry: "it".into(),
            email: "ada@contoso.example".into(),
            first_name: "Ada".into(),
            last_name: "Berg".into(),
            phone: "+49 30 1234-5".into(),
            language: "de".into(),
            privacy: true,
            ..RegistrationDraft::default()
        }
    }

    #[test]
    fn everything_with_an_asterisk_is_needed_and_the_rest_is_not() {
        let new = draft().check().unwrap();
        assert_eq!((new.language, new.news), (Language::German, false));
        let faults = RegistrationDraft::default().check().unwrap_err();
        let fields: Vec<_> = faults.fields.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "company",
                "address",
                "city",
                "post_code",
                "country",
                "state",
                "industry",
                "email",
                "first_name",
                "last_name",
                "phone",
                "language",
                "privacy"
            ]
        );
        assert_eq!(faults.reason("privacy"), Some(&Reason::NotAccepted));
        assert_eq!(faults.reason("company"), Some(&Reason::Required));
    }

    #[test]
    fn lengths_have_their_ends() {
        let reason = |change: &dyn Fn(&mut RegistrationDraft), field: &str| {
            let mut draft = draft();
            change(&mut draft);
            draft
                .check()
                .err()
                .and_then(|faults| faults.reason(field).cloned())
        };
        let too_long = |max| Some(Reason::TooLong { max });
        assert_eq!(reason(&|d| d.address = "a".repeat(200), "address"), None);
        assert_eq!(reason(&|d| d.address = "a".repeat(201), "address"), too_long(200));
        assert_eq!(
            reason(&|d| d.address2 = "a".repeat(201), "address2"),
            too_long(200)
        );
        assert_eq!(reason(&|d| d.post_code = "1".repeat(20), "post_code"), None);
        assert_eq!(
            reason(&|d| d.post_code = "1".repeat(21), "post_code"),
            too_long(20)
        );
        assert_eq!(reason(&|d| d.company = "a".repeat(101), "company"), too_long(100));
        assert_eq!(
            reason(&|d| d.country = "XX".into(), "country"),
            Some(Reason::NotAChoice)
        );
        assert_eq!(
            reason(&|d| d.industry = "piracy".into(), "industry"),
            Some(Reason::NotAChoice)
        );
        assert_eq!(
            reason(&|d| d.city = "a\u{7}".into(), "city"),
            Some(Reason::ControlCharacter)
        );
    }

    #[test]
    fn a_telephone_number_has_five_digits_and_no_letters() {
        for good in ["12345", "+49 (0)30 / 12-34.5", &"1".repeat(30)] {
            assert!(phone(good).is_ok(), "{good}");
        }
        for bad in ["1234", "+-/()", "12345x", "call 12345"] {
            assert_eq!(phone(bad), Err(Reason::NotAPhoneNumber), "{bad}");
        }
        assert_eq!(phone(&"1".repeat(31)), Err(Reason::TooLong { max: 30 }));
    }

    #[test]
    fn a_refusal_has_a_reason_of_some_lines() {
        let refuse = |reason: &str| {
            RefuseDraft {
                id: String::new(),
                reason: reason.to_owned(),
            }
            .check()
        };
        assert_eq!(refuse("One.\r\nTwo."), Ok("One.\nTwo.".to_owned()));
        assert!(refuse(&"a".repeat(1000)).is_ok());
        assert_eq!(
            refuse(&"a".repeat(1001)).unwrap_err().reason("reason"),
            Some(&Reason::TooLong { max: 1000 })
        );
        assert_eq!(refuse(" ").unwrap_err().reason("reason"), Some(&Reason::Required));
        assert_eq!(
            refuse("a\u{0}").unwrap_err().reason("reason"),
            Some(&Reason::ControlCharacter)
        );
    }
}
