//! Names in the form in which they are compared: display names, mail domains, addresses. The tables for international names
//! and public suffixes are too large for the browser, so these checks follow those of the drafts (ruling 11).

use std::collections::HashSet;
use std::sync::LazyLock;

use domain::draft::Checker;
use domain::os_idp::DOMAINS_MAX;
use domain::routing::USERS_MAX;
use domain::{DomainName, EmailAddress, Invalid, Reason};

/// Domains of free mail services. More lists may stand beside it.
static FREE_MAIL: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/lists/free-mail.txt").lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// The key of a display name: lower case, one space between words.
pub(crate) fn key(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// The ASCII form of a domain (UTS 46, strict), in lower case.
pub(crate) fn ascii(domain: &str) -> Result<DomainName, Reason> {
    let domain = DomainName::parse(domain)?;
    let ascii = idna::domain_to_ascii_strict(domain.as_str()).map_err(|_| Reason::NotADomain)?;
    DomainName::parse(&ascii)
}

/// A mail domain that one company can own: no public suffix, no free mail service.
pub(crate) fn company_domain(domain: &str) -> Result<DomainName, Reason> {
    let domain = ascii(domain)?;
    let own = psl::domain_str(domain.as_str()).ok_or(Reason::PublicSuffix)?;
    if FREE_MAIL.contains(own) || FREE_MAIL.contains(domain.as_str()) {
        return Err(Reason::FreeMailDomain);
    }
    Ok(domain)
}

/// The part of a domain that is registered under its public suffix: what all its relatives share.
pub(crate) fn registrable(domain: &DomainName) -> String {
    psl::domain_str(domain.as_str())
        .unwrap_or(domain.as_str())
        .to_owned()
}

/// Whether two domains in ASCII form are the same, or one lies under the other.
pub(crate) fn are_related(one: &str, other: &str) -> bool {
    let below = |lower: &str, upper: &str| {
        lower
            .strip_suffix(upper)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(one, other) || below(other, one)
}

/// An address and its key: local part in lower case, domain in ASCII form.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub typed: String,
    pub key: String,
}

impl Address {
    /// The key of an address that was parsed already.
    pub fn of(email: &EmailAddress) -> Result<Self, Reason> {
        let domain = ascii(email.domain().as_str()).map_err(|_| Reason::NotAnEmail)?;
        let key = email.key();
        let local = key.rsplit_once('@').map_or("", |(local, _)| local);
        Ok(Self {
            typed: email.as_str().to_owned(),
            key: format!("{local}@{domain}"),
        })
    }

    pub fn parse(text: &str) -> Result<Self, Reason> {
        Self::of(&EmailAddress::parse(text)?)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// A value and the number of its line as typed, from 1.
pub(crate) type Line<T> = (usize, T);

/// The mapped domains of a form, one per line, with their line numbers.
pub(crate) fn domain_lines(typed: &str) -> Result<Vec<Line<DomainName>>, Invalid> {
    let mut checker = Checker::default();
    let domains = checker.lines("domains", &[typed.to_owned()], DOMAINS_MAX, company_domain);
    checker.finish(|| Some(numbered(typed, domains)))
}

/// The mapped users of a form, one per line, with their line numbers.
pub(crate) fn user_lines(typed: &str) -> Result<Vec<Line<Address>>, Invalid> {
    let mut checker = Checker::default();
    let users = checker.lines("users", &[typed.to_owned()], USERS_MAX, Address::parse);
    checker.finish(|| Some(numbered(typed, users)))
}

/// Gives values their lines back: with no fault among them, each line that is not empty became one value.
fn numbered<T>(typed: &str, values: Vec<T>) -> Vec<Line<T>> {
    let lines = (1..)
        .zip(typed.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, _)| number).zip(values).collect()
}

/// Both results, or the faults of both; of two faults of a field the first one stays.
pub(crate) fn both<A, B>(a: Result<A, Invalid>, b: Result<B, Invalid>) -> Result<(A, B), Invalid> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => Err(faults),
        (Err(mut faults), Err(more)) => {
            let known: Vec<String> = faults.fields.iter().map(|fault| fault.field.clone()).collect();
            faults.fields.extend(
                more.fields
                    .into_iter()
                    .filter(|fault| !known.contains(&fault.field)),
            );
            Err(faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_domain_is_ascii_and_belongs_to_one_company() {
        assert_eq!(
            company_domain("@Contoso.Example").unwrap().as_str(),
            "contoso.example"
        );
        assert_eq!(
            company_domain("MÜNCHEN.example").unwrap().as_str(),
            "xn--mnchen-3ya.example"
        );
        assert!(company_domain("contoso.co.uk").is_ok());
        for (bad, reason) in [
            ("co.uk", Reason::PublicSuffix),
            ("github.io", Reason::PublicSuffix),
            ("gmail.com", Reason::FreeMailDomain),
            ("mail.gmail.com", Reason::FreeMailDomain),
            ("yahoo.co.uk", Reason::FreeMailDomain),
            ("xn--example-.example", Reason::NotADomain),
            ("contoso", Reason::NotADomain),
        ] {
            assert_eq!(company_domain(bad), Err(reason), "{bad}");
        }
    }

    #[test]
    fn relatives_are_told_by_whole_labels() {
        for (one, other) in [
            ("contoso.example", "contoso.example"),
            ("mail.contoso.example", "contoso.example"),
            ("contoso.example", "a.b.contoso.example"),
        ] {
            assert!(are_related(one, other), "{one} {other}");
        }
        assert!(!are_related("xcontoso.example", "contoso.example"));
        assert!(!are_related("a.contoso.example", "b.contoso.example"));
        let registered = |domain| registrable(&DomainName::parse(domain).unwrap());
        assert_eq!(registered("a.b.contoso.co.uk"), "contoso.co.uk");
    }

    #[test]
    fn lines_keep_their_numbers_and_two_spellings_are_one_domain() {
        let lines = domain_lines("contoso.example\n\nmünchen.example\n").unwrap();
        assert_eq!(
            lines.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
            [1, 3]
        );
        let faults = domain_lines("münchen.example\nxn--mnchen-3ya.example").unwrap_err();
        assert_eq!(faults.reason("domains.2"), Some(&Reason::Repeated));
    }

    #[test]
    fn addresses_are_compared_without_case_and_with_the_ascii_domain() {
        let key = |text| Address::parse(text).unwrap().key;
        assert_eq!(key("User1@MÜNCHEN.example"), key("user1@xn--mnchen-3ya.example"));
        assert_eq!(key("user1@contoso.example"), "user1@contoso.example");
    }

    #[test]
    fn names_are_compared_without_case_and_spacing() {
        assert_eq!(key(" Contoso   LTD "), "contoso ltd");
    }
}
