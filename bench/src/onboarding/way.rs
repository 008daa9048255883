//! The way of one device and its person, as the two go it: each step is answered, and each answer is looked at.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use device::est::{Est, Proof};
use device::trust::Trust;
use domain::EmailAddress;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::Full;
use pki::key::{KeyKind, PrivateKey};
use pki::{Certificate, csr};
use protocol::onboarding::{OnboardingState, StartOnboarding, StartedOnboarding};
use protocol::paths;
use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::front::PASSWORD;
use crate::administrator::form;
use crate::devices::identities::named;
use crate::failure::{Failure, Outcome};
use crate::http::{Answer, Connection};
use crate::peers::certificates::Certificates;

/// The name under which everything is reached.
const HOST: &str = "localhost";
/// The heading of the last page.
const DONE: &str = "Done. Go back to your device.";

/// Where everything is, for devices and browsers.
pub struct Way {
    service: SocketAddr,
    idp: SocketAddr,
    tls: Arc<ClientConfig>,
}

/// How long it took.
#[derive(Clone, Copy)]
pub struct Took {
    /// What the Onboarding Service answered, all together.
    pub service: Duration,
    /// Of that the one request in which it asks the identity provider and tells the UMS.
    pub call_back: Duration,
    /// From the device's first word to its certificate.
    pub whole: Duration,
}

/// A run that waits for its person.
pub struct Waiting {
    number: usize,
    started: StartedOnboarding,
}

/// A person on the way to the identity provider.
pub struct Leaving {
    browser: Browser,
    url: Url,
}

impl Way {
    pub fn new(service: SocketAddr, issuer: &str, certificates: &Certificates) -> Outcome<Arc<Self>> {
        let mut roots = RootCertStore::empty();
        roots.add(certificates.root().clone())?;
        let mut tls = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Everybody comes for the first time.
        tls.resumption = Resumption::disabled();
        let port = Url::parse(issuer)?.port().unwrap_or_default();
        Ok(Arc::new(Self {
            service,
            idp: SocketAddr::from(([127, 0, 0, 1], port)),
            tls: Arc::new(tls),
        }))
    }

    /// All of it, for the device of that number.
    pub async fn go(&self, number: usize) -> Outcome<Took> {
        let begun = Instant::now();
        let waiting = self.begin(number).await?;
        let mut leaving = self.leave(&waiting).await?;
        if !matches!(self.state(&waiting).await?, OnboardingState::Pending) {
            return Err(Failure::new("a run nobody has signed in for does not wait"));
        }
        let asked = begun.elapsed();
        let back = self.sign_in(&waiting, &leaving).await?;
        let returned = Instant::now();
        let answer = leaving.browser.get(&back).await?;
        let call_back = returned.elapsed();
        let page = leaving
            .browser
            .follow(&back, answer)
            .await?
            .expect(StatusCode::OK)?;
        if !text(&page).contains(DONE) {
            return Err(Failure::new(format!(
                "device {number} was not announced: {}",
                text(&page)
            )));
        }
        let state = self.state(&waiting).await?;
        let service = asked + returned.elapsed();
        enrol(number, state).await?;
        Ok(Took {
            service,
            call_back,
            whole: begun.elapsed(),
        })
    }

    /// The device asks.
    pub async fn begin(&self, number: usize) -> Outcome<Waiting> {
        let (unit_id, mac) = named(number)?;
        let address = email(number);
        let body = StartOnboarding {
            email: EmailAddress::parse(&address).map_err(|_| Failure::new("no e-mail address"))?,
            unit_id,
            mac,
            product: "Contoso OS".to_owned(),
            version: "12.4.1".to_owned(),
            structure_tag: None,
        };
        let request = Request::post(paths::OBS_ONBOARDINGS)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-forwarded-for", office(number))
            .body(Full::new(Bytes::from(serde_json::to_vec(&body)?)))?;
        let answer = self.device().await?.send(request).await?;
        Ok(Waiting {
            number,
            started: serde_json::from_slice(&answer.expect(StatusCode::CREATED)?)?,
        })
    }

    /// The person opens the address, compares the code and presses Continue.
    pub async fn leave(&self, waiting: &Waiting) -> Outcome<Leaving> {
        let url = Url::parse(&waiting.started.sign_in_url)?;
        let mut browser = Browser::open(self.service, &self.tls, waiting.number).await?;
        let page = browser.get(&url).await?.expect(StatusCode::OK)?;
        if !text(&page).contains(&waiting.started.code) {
            return Err(Failure::new("the page does not show the code of the device"));
        }
        let page = browser.post(&url, &[]).await?.expect(StatusCode::OK)?;
        let page = text(&page);
        let link = page
            .split("href=\"https://")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let link = link.ok_or_else(|| Failure::new(format!("no way to the identity provider in {page}")))?;
        Ok(Leaving {
            browser,
            url: Url::parse(&format!("https://{}", link.replace("&amp;", "&")))?,
        })
    }

    /// The person signs in; answers where the identity provider sends them.
    async fn sign_in(&self, waiting: &Waiting, leaving: &Leaving) -> Outcome<Url> {
        let mut browser = Browser::open(self.idp, &self.tls, waiting.number).await?;
        let answer = browser.get(&leaving.url).await?;
        let interaction = location(&leaving.url, &answer)?;
        browser.get(&interaction).await?.expect(StatusCode::OK)?;
        let login = email(waiting.number);
        let answer = browser
            .post(&interaction, &[("login", &login), ("password", PASSWORD)])
            .await?;
        let resume = location(&interaction, &answer)?;
        let answer = browser.get(&resume).await?;
        location(&resume, &answer)
    }

    /// The device asks how it stands.
    pub async fn state(&self, waiting: &Waiting) -> Outcome<OnboardingState> {
        let request = Request::get(paths::obs_onboarding(&waiting.started.id.to_string()))
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", waiting.started.secret.expose()),
            )
            .header("x-forwarded-for", office(waiting.number))
            .body(Full::default())?;
        let answer = self.device().await?.send(request).await?;
        Ok(serde_json::from_slice(&answer.expect(StatusCode::OK)?)?)
    }

    /// A connection of a device: a new one each time, as ours makes them.
    async fn device(&self) -> Outcome<Connection> {
        Connection::tls(self.service, None, HOST, Arc::clone(&self.tls)).await
    }
}

/// The device gets its certificate, which is for its key and its name, and vouched for by what the UMS names.
async fn enrol(number: usize, state: OnboardingState) -> Outcome {
    let OnboardingState::Ready {
        enrolment,
        chain_pem,
        token,
        ..
    } = state
    else {
        return Err(Failure::new(format!("device {number} may not enrol: {state:?}")));
    };
    let now = device::clock::now();
    let trust = Trust::chain(&chain_pem, now)?;
    let mut est = Est::connect(&enrolment, trust.anonymous()?).await?;
    let authorities = est.ca_certificates().await?;
    let (unit_id, _) = named(number)?;
    let key = PrivateKey::generate(KeyKind::P256)?;
    let issued = est
        .enrol(&Proof::Token(token), &csr::new_csr(&key, unit_id.as_str())?)
        .await?;
    let certificate: &Certificate = issued
        .iter()
        .find(|one| one.public_key() == key.public_key() && one.common_name() == Some(unit_id.as_str()))
        .ok_or_else(|| Failure::new("the answer has no certificate for this device's key"))?;
    pki::verify_client(certificate.der(), &[], &authorities, now)
        .map_err(|problem| Failure::new(format!("the certificate of device {number}: {problem:?}")))?;
    Ok(())
}

/// Whose device it is: each is somebody else's.
fn email(number: usize) -> String {
    format!("robin{number}@contoso.example")
}

/// Where device and browser of a person are: each somewhere else.
fn office(number: usize) -> String {
    let [_, .., a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

fn text(body: &Bytes) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(body)
}

/// Where an answer leads.
fn location(from: &Url, answer: &Answer) -> Outcome<Url> {
    let to = answer
        .headers
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok());
    match to {
        Some(to) if answer.status.is_redirection() => Ok(from.join(to)?),
        _ => Err(Failure::new(format!(
            "{} answered {} and leads nowhere: {}",
            from.path(),
            answer.status,
            text(&answer.body)
        ))),
    }
}

/// One window of a browser at one origin.
struct Browser {
    connection: Connection,
    cookies: Vec<(String, String)>,
    office: String,
}

impl Browser {
    async fn open(to: SocketAddr, tls: &Arc<ClientConfig>, number: usize) -> Outcome<Self> {
        Ok(Self {
            connection: Connection::tls(to, None, HOST, Arc::clone(tls)).await?,
            cookies: Vec::new(),
            office: office(number),
        })
    }

    async fn get(&mut self, url: &Url) -> Outcome<Answer> {
        self.send(Request::get(target(url)), Bytes::new()).await
    }

    async fn post(&mut self, url: &Url, fields: &[(&str, &str)]) -> Outcome<Answer> {
        let request =
            Request::post(target(url)).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Bytes::from(form(fields))).await
    }

    /// The page that an answer leads to.
    async fn follow(&mut self, from: &Url, answer: Answer) -> Outcome<Answer> {
        let url = location(from, &answer)?;
        self.get(&url).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Bytes) -> Outcome<Answer> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::COOKIE, cookies.join("; "))
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", &self.office)
            .body(Full::new(body))?;
        let answer = self.connection.send(request).await?;
        self.remember(&answer.headers);
        Ok(answer)
    }

    fn remember(&mut self, headers: &HeaderMap) {
        let set = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok()?.split(';').next()?.split_once('='));
        for (name, value) in set {
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// Path and query of an address.
fn target(url: &Url) -> String {
    url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_somewhere_else() {
        assert_eq!(office(0), "10.0.0.0");
        assert_eq!(office(66_051), "10.1.2.3");
    }

    #[test]
    fn an_address_is_asked_for_with_its_query() {
        let of = |text: &str| target(&Url::parse(text).unwrap());
        assert_eq!(of("https://localhost:1/a?b=c&d"), "/a?b=c&d");
        assert_eq!(of("https://localhost"), "/");
    }
}
