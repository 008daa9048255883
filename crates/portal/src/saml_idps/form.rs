//! From what was typed, or what metadata say, to what is kept of a provider.

use access::{Error, Rate, Result, Services};
use domain::saml_idp::{CERTIFICATES_MAX, METADATA_MAX, SamlIdpDraft};
use domain::{Cloud, Fault, Invalid, Language, Reason};
use federation::saml::{Metadata, SamlError, SigningCertificates};
use outside::{Call, Limits, Outside, Trust};
use pki::Certificate;
use time::Duration;
use url::Url;

use super::words::words;
use super::{Saml, off_executor};

/// Metadata fetched for an account.
const FETCHES: Rate = Rate {
    name: "portal.saml_metadata.account",
    burst: 30,
    per: Duration::HOUR,
};

/// The draft with what metadata say in the place of what was left empty. The text of metadata beats their address, which is
/// asked only where something is missing.
pub(super) async fn fill(
    services: &Services<Cloud>,
    account: &str,
    mut draft: SamlIdpDraft,
    language: Language,
) -> Result<SamlIdpDraft> {
    let missing = [&draft.issuer, &draft.endpoint, &draft.certificate]
        .iter()
        .any(|text| text.trim().is_empty());
    let found = if !draft.metadata.trim().is_empty() {
        let xml = std::mem::take(&mut draft.metadata).into_bytes();
        Some(read(services, xml, "metadata", language).await?)
    } else if missing && !draft.metadata_url.trim().is_empty() {
        services.rates().count(FETCHES, account)?;
        let url = domain::os_idp::web_address(draft.metadata_url.trim())
            .map_err(|reason| Invalid::one("metadata_url", reason))?;
        let xml = fetch(services, &url, language).await?;
        Some(read(services, xml, "metadata_url", language).await?)
    } else {
        None
    };
    if let Some(found) = found {
        let certificates: String = found.provider.certificates.iter().map(Certificate::pem).collect();
        fill_in(&mut draft.issuer, &found.provider.entity_id);
        fill_in(&mut draft.endpoint, &found.provider.endpoint);
        fill_in(&mut draft.certificate, &certificates);
    }
    let host = Url::parse(draft.endpoint.trim())
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    fill_in(&mut draft.host, &host.unwrap_or_default());
    Ok(draft)
}

fn fill_in(field: &mut String, found: &str) {
    if field.trim().is_empty() {
        found.clone_into(field);
    }
}

async fn read(
    services: &Services<Cloud>,
    xml: Vec<u8>,
    field: &'static str,
    language: Language,
) -> Result<Metadata> {
    let saml = services.port::<Saml>()?.clone();
    let now = services.now();
    let read = off_executor(move || saml.0.read_metadata(&xml, now)).await?;
    read.map_err(|error| refused(field, &error, language))
}

async fn fetch(services: &Services<Cloud>, url: &str, language: Language) -> Result<Vec<u8>> {
    let limits = Limits {
        body: METADATA_MAX as usize,
        ..Limits::default()
    };
    let call = Call::get(url).trust(Trust::SystemPlus).limits(limits);
    let failed = |why: String| {
        let text = language.pick(
            format!("The metadata could not be fetched: {why}."),
            format!("Die Metadaten konnten nicht abgerufen werden: {why}."),
        );
        Error::from(Fault::field("metadata_url", Reason::Said { text }))
    };
    match services.port::<Outside>()?.http.send(call).await {
        Ok(reply) if reply.is_success() => Ok(reply.body.to_vec()),
        Ok(reply) => Err(failed(format!("HTTP {}", reply.status))),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// One or two certificates: PEM blocks, or one in another form.
pub(super) fn certificates(saml: &Saml, text: &str, language: Language) -> Result<Vec<Certificate>> {
    const END: &str = "-----END CERTIFICATE-----";
    let parts: Vec<String> = if text.contains(END) {
        text.split_inclusive(END)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    } else {
        vec![text.to_owned()]
    };
    let mut found = Vec::new();
    for part in parts.iter().take(CERTIFICATES_MAX as usize + 1) {
        let certificate = saml.0.certificate(part.as_bytes());
        found.push(certificate.map_err(|error| refused("certificate", &error, language))?);
    }
    let found = SigningCertificates::new(found).map_err(|error| refused("certificate", &error, language))?;
    Ok(found.iter().cloned().collect())
}

/// Whether browsers may be sent there.
pub(super) async fn check_endpoint(services: &Services<Cloud>, endpoint: &str) -> Result<()> {
    let plain = Url::parse(endpoint)
        .map_err(|_| Invalid::one("endpoint", Reason::NotAUrl))?
        .scheme()
        == "http";
    if plain && services.port::<Outside>()?.http.admits(endpoint).await.is_err() {
        return Err(Invalid::one("endpoint", Reason::UrlNotHttps).into());
    }
    Ok(())
}

/// The fault of a field, in words.
pub(super) fn refused(field: &str, error: &SamlError, language: Language) -> Error {
    let text = words(error, language);
    Fault::field(field, Reason::Said { text }).into()
}
