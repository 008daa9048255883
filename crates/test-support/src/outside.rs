//! The world outside, as a test wants it: answers by address, text records by name, mails kept.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use outside::http::HeaderMap;
use outside::{
    Call, Dns, DnsError, Http, HttpError, Mail, MailError, Mailer, Mx, Outside, Presented, Refusal, Reply,
    Tls,
};

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the mail server of a test does with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailAnswer {
    Refused(MailError),
    /// It has the mail, and we never hear of it.
    TakenInSilence,
}

/// What stands behind the ports of a test. Nothing answers until it is told to.
#[derive(Clone, Default)]
pub struct FakeOutside(Arc<Mutex<World>>);

#[derive(Default)]
struct World {
    answers: HashMap<String, (u16, String)>,
    /// Beginnings of addresses that may be called without TLS.
    plain: Vec<String>,
    calls: Vec<Call>,
    texts: HashMap<String, Result<Vec<String>, DnsError>>,
    exchangers: HashMap<String, Result<Vec<Mx>, DnsError>>,
    /// What hosts present, by host (in lower case) and port.
    presented: HashMap<(String, u16), Result<Presented, HttpError>>,
    looks: Vec<(String, u16)>,
    mails: Vec<Mail>,
    /// What the mail server says to the next mails; then it takes them again.
    mail_answers: VecDeque<MailAnswer>,
}

impl FakeOutside {
    /// The ports for `Services::with`.
    pub fn ports(&self) -> Outside {
        Outside {
            http: Arc::new(self.clone()),
            tls: Arc::new(self.clone()),
            dns: Arc::new(self.clone()),
            mail: Arc::new(self.clone()),
        }
    }

    /// Lets `url` answer with that status and body.
    pub fn answer(&self, url: &str, status: u16, body: impl Into<String>) {
        self.world().answers.insert(url.to_owned(), (status, body.into()));
    }

    /// Admits plain HTTP to every address that begins so.
    pub fn allow_plain_http(&self, beginning: &str) {
        self.world().plain.push(beginning.to_owned());
    }

    /// Gives a name its text records.
    pub fn text(&self, name: &str, records: &[&str]) {
        self.world().texts.insert(
            name.to_owned(),
            Ok(records.iter().map(|&record| record.to_owned()).collect()),
        );
    }

    /// Why a look-up of the text records of a name fails.
    pub fn text_error(&self, name: &str, error: DnsError) {
        self.world().texts.insert(name.to_owned(), Err(error));
    }

    /// What is answered about the mail exchangers of a name; without this, that it has none.
    pub fn exchangers(&self, name: &str, answer: Result<Vec<Mx>, DnsError>) {
        self.world().exchangers.insert(name.to_owned(), answer);
    }

    /// What a host presents in a TLS handshake; without this nothing accepts connections there.
    pub fn present(&self, host: &str, port: u16, answer: Result<Presented, HttpError>) {
        let place = (host.to_ascii_lowercase(), port);
        self.world().presented.insert(place, answer);
    }

    /// The hosts that were looked at, oldest first.
    pub fn looks(&self) -> Vec<(String, u16)> {
        self.world().looks.clone()
    }

    /// The calls that were made, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.world().calls.clone()
    }

    /// The mails that were sent, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.world().mails.clone()
    }

    /// Lets the mail server answer so to the next `count` mails.
    pub fn answer_mails(&self, answer: MailAnswer, count: usize) {
        self.world()
            .mail_answers
            .extend(std::iter::repeat_n(answer, count));
    }

    /// The mail server takes mails again.
    pub fn forget_answers(&self) {
        self.world().mail_answers.clear();
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self, url: &str) -> Result<(), HttpError> {
        let refused = Err(HttpError::Refused {
            reason: Refusal::PlainHttp,
        });
        if url.starts_with("https:")
            || self
                .world()
                .plain
                .iter()
                .any(|beginning| url.starts_with(beginning))
        {
            Ok(())
        } else {
            refused
        }
    }
}

fn ready<'a, T: Send + 'a>(answer: T) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Http for FakeOutside {
    fn send(&self, call: Call) -> Answer<'_, Result<Reply, HttpError>> {
        let answer = self.judge(&call.url).and_then(|()| {
            let mut world = self.world();
            let (status, body) = world.answers.get(&call.url).cloned().ok_or(HttpError::Tcp)?;
            world.calls.push(call);
            Ok(Reply {
                status,
                headers: HeaderMap::new(),
                body: body.into_bytes().into(),
            })
        });
        ready(answer)
    }

    fn admits<'a>(&'a self, url: &'a str) -> Answer<'a, Result<(), HttpError>> {
        ready(self.judge(url))
    }
}

impl Dns for FakeOutside {
    fn txt(&self, name: &str) -> Answer<'_, Result<Vec<String>, DnsError>> {
        let known = self.world().texts.get(name).cloned();
        ready(known.unwrap_or(Err(DnsError::NotFound)))
    }

    fn mx(&self, name: &str) -> Answer<'_, Result<Vec<Mx>, DnsError>> {
        let known = self.world().exchangers.get(name).cloned();
        ready(known.unwrap_or(Ok(Vec::new())))
    }

    fn addresses(&self, _name: &str) -> Answer<'_, Result<Vec<IpAddr>, DnsError>> {
        ready(Ok(Vec::new()))
    }
}

impl Tls for FakeOutside {
    fn look<'a>(&'a self, host: &'a str, port: u16) -> Answer<'a, Result<Presented, HttpError>> {
        let place = (host.to_ascii_lowercase(), port);
        let mut world = self.world();
        world.looks.push(place.clone());
        let answer = world.presented.get(&place).cloned();
        ready(answer.unwrap_or(Err(HttpError::Tcp)))
    }
}

impl Mailer for FakeOutside {
    fn send(&self, mail: Mail) -> Answer<'_, Result<(), MailError>> {
        let mut world = self.world();
        match world.mail_answers.pop_front() {
            None => world.mails.push(mail),
            Some(MailAnswer::Refused(error)) => return ready(Err(error)),
            Some(MailAnswer::TakenInSilence) => {
                world.mails.push(mail);
                return Box::pin(std::future::pending());
            }
        }
        ready(Ok(()))
    }
}
