use std::collections::BTreeMap;

use domain::DomainName;
use serde::{Deserialize, Serialize};

use crate::names;

/// The configuration of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The portal's own address in a browser, without a final slash.
    pub portal_url: String,
    /// The address of the Onboarding Service: the redirect URI at identity providers is its root.
    pub onboarding_url: String,
    /// Domains that count as proved, each for the account of that name: for closed networks and tests (ruling 17).
    #[serde(default)]
    pub trusted_domains: BTreeMap<String, String>,
}

impl Settings {
    /// The key of the account for which `domain` counts as proved. A sub-domain of a trusted domain is another domain.
    pub(crate) fn trusted_account(&self, domain: &DomainName) -> Option<String> {
        let named =
            |(trusted, _): &(&String, &String)| names::ascii(trusted).is_ok_and(|trusted| trusted == *domain);
        self.trusted_domains
            .iter()
            .find(named)
            .map(|(_, account)| names::key(account))
    }

    /// Whether `domain`, or one above or below it, is trusted for an account of another key.
    pub(crate) fn trusts_another(&self, key: &str, domain: &DomainName) -> bool {
        let other = |(trusted, account): (&String, &String)| {
            let related =
                names::ascii(trusted).is_ok_and(|of| names::are_related(of.as_str(), domain.as_str()));
            related && names::key(account) != key
        };
        self.trusted_domains.iter().any(other)
    }

    /// The domains that are trusted for the account of that key.
    pub(crate) fn trusted_for(&self, key: &str) -> Vec<String> {
        let named = |(_, account): &(&String, &String)| names::key(account) == key;
        let trusted = self.trusted_domains.iter().filter(named);
        trusted.map(|(domain, _)| domain.clone()).collect()
    }

    /// The redirect URI exactly as it is sent: the root of the Onboarding Service, with its final slash.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/", self.onboarding_url.trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_trusted_for_one_account_and_its_sub_domains_for_none() {
        let trusted = [("Contoso.Example", "Contoso  Ltd"), ("münchen.example", "Stadt")];
        let trusted_domains = trusted
            .into_iter()
            .map(|(domain, account)| (domain.to_owned(), account.to_owned()))
            .collect();
        let settings = Settings {
            trusted_domains,
            ..Settings::default()
        };
        let account = |domain: &str| settings.trusted_account(&DomainName::parse(domain).unwrap());
        assert_eq!(account("contoso.example").as_deref(), Some("contoso ltd"));
        assert_eq!(account("xn--mnchen-3ya.example").as_deref(), Some("stadt"));
        assert_eq!(account("mail.contoso.example"), None);
        assert_eq!(account("example.example"), None);
    }

    #[test]
    fn the_redirect_uri_ends_with_one_slash() {
        for address in ["http://localhost:8081", "http://localhost:8081/"] {
            let settings = Settings {
                onboarding_url: address.to_owned(),
                ..Settings::default()
            };
            assert_eq!(settings.redirect_uri(), "http://localhost:8081/");
        }
    }
}
