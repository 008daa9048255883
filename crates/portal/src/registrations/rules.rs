//! Whose address may register a company: one person's, of a mail domain that belongs to that company. The lists can be extended
//! by the operator.

use std::collections::HashSet;

use domain::{DomainName, EmailAddress, Reason};

use crate::names::{self, Address};

const DISPOSABLE: &str = include_str!("../../data/lists/disposable.txt");
const GENERIC: &str = include_str!("../../data/lists/generic-mailboxes.txt");

/// Refused mail domains and mailboxes: those that come with the product, and those of the operator.
#[derive(Clone, Debug)]
pub struct Rules {
    free_mail: HashSet<String>,
    disposable: HashSet<String>,
    generic: HashSet<String>,
}

/// What an operator adds: a value per line; empty lines and lines that begin with `#` are passed over.
#[derive(Clone, Debug, Default)]
pub struct MoreRules {
    pub free_mail: String,
    pub disposable: String,
    pub generic_mailboxes: String,
}

impl Default for Rules {
    fn default() -> Self {
        Self::new(&MoreRules::default())
    }
}

impl Rules {
    pub fn new(more: &MoreRules) -> Self {
        Self {
            free_mail: domains(&more.free_mail).collect(),
            disposable: domains(DISPOSABLE).chain(domains(&more.disposable)).collect(),
            generic: lines(GENERIC).chain(lines(&more.generic_mailboxes)).collect(),
        }
    }

    /// The address and its domain, if a person may register with it.
    pub(crate) fn check(&self, email: &EmailAddress) -> Result<(Address, DomainName), Reason> {
        let address = Address::of(email)?;
        let domain = names::ascii(email.domain().as_str())?;
        let named = |list: &HashSet<String>| {
            // A sub-domain of a listed domain is as bad.
            let mut rest = Some(domain.as_str());
            std::iter::from_fn(|| {
                let here = rest?;
                rest = here.split_once('.').map(|(_, above)| above);
                Some(here)
            })
            .any(|name| list.contains(name))
        };
        if named(&self.disposable) {
            return Err(Reason::DisposableDomain);
        }
        if named(&self.free_mail) {
            return Err(Reason::FreeMailDomain);
        }
        let domain = names::company_domain(domain.as_str())?;
        let local = address.key.rsplit_once('@').map_or("", |(local, _)| local);
        if self.is_generic(local) {
            return Err(Reason::GenericMailbox);
        }
        Ok((address, domain))
    }

    /// Whether a mailbox has only words of the list, whatever stands behind a plus and whichever number it has.
    fn is_generic(&self, local: &str) -> bool {
        let local = local.split('+').next().unwrap_or_default();
        let local = local.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut words = local
            .split(['-', '_', '.'])
            .filter(|word| !word.is_empty())
            .peekable();
        words.peek().is_none()
            || self.generic.contains(local)
            || words.all(|word| self.generic.contains(word))
    }
}

fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_lowercase)
}

/// In ASCII form; what is no domain is taken by the letter.
fn domains(text: &str) -> impl Iterator<Item = String> + '_ {
    lines(text).map(|line| names::ascii(&line).map_or(line, |domain| domain.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(rules: &Rules, address: &str) -> Option<Reason> {
        rules.check(&EmailAddress::parse(address).unwrap()).err()
    }

    #[test]
    fn one_person_of_one_company_may_register() {
        let rules = Rules::default();
        for good in [
            "ada.berg@contoso.example",
            "ada@mail.contoso.example",
            "info.berg@contoso.example",
            "teamster@contoso.example",
            "i.berg@contoso.example",
            "ada+portal@contoso.example",
            "ada@notmailinator.com",
        ] {
            assert_eq!(refused(&rules, good), None, "{good}");
        }
        for (bad, reason) in [
            ("ada@gmail.com", Reason::FreeMailDomain),
            ("ada@mail.gmail.com", Reason::FreeMailDomain),
            ("ada@yahoo.co.uk", Reason::FreeMailDomain),
            ("ada@GMX.de", Reason::FreeMailDomain),
            ("ada@mailinator.com", Reason::DisposableDomain),
            ("ada@x.yopmail.com", Reason::DisposableDomain),
            ("info@contoso.example", Reason::GenericMailbox),
            ("INFO@contoso.example", Reason::GenericMailbox),
            ("support-team@contoso.example", Reason::GenericMailbox),
            ("no-reply@contoso.example", Reason::GenericMailbox),
            ("sales2@contoso.example", Reason::GenericMailbox),
            ("admin+ada@contoso.example", Reason::GenericMailbox),
            ("4711@contoso.example", Reason::GenericMailbox),
            ("ada@co.uk", Reason::PublicSuffix),
        ] {
            assert_eq!(refused(&rules, bad), Some(reason), "{bad}");
        }
    }

    #[test]
    fn an_operator_extends_the_lists() {
        let more = MoreRules {
            free_mail: "# ours\n\nFree.Example\nmünchen-mail.example".to_owned(),
            disposable: "gone.example".to_owned(),
            generic_mailboxes: "Pforte".to_owned(),
        };
        let rules = Rules::new(&more);
        for (address, reason) in [
            ("ada@free.example", Reason::FreeMailDomain),
            ("ada@xn--mnchen-mail-thb.example", Reason::FreeMailDomain),
            ("ada@a.gone.example", Reason::DisposableDomain),
            ("pforte@contoso.example", Reason::GenericMailbox),
            ("ada@gmail.com", Reason::FreeMailDomain),
        ] {
            assert_eq!(refused(&rules, address), Some(reason.clone()), "{address}");
            let bundled = refused(&Rules::default(), address);
            assert_eq!(
                bundled,
                (address == "ada@gmail.com").then_some(reason),
                "{address}"
            );
        }
    }
}
