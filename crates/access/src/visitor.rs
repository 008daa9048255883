use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use domain::Side;

use crate::submissions::Submission;
use crate::{Acting, Actor, Rate, Result, Services};

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    /// The browser's own name, cut to a sensible length.
    pub agent: String,
}

/// Longest browser name that is kept, in characters.
const AGENT_MAX: usize = 200;

impl Client {
    pub fn new(address: IpAddr, agent: &str) -> Self {
        Self {
            address,
            agent: agent
                .chars()
                .filter(|c| !c.is_control())
                .take(AGENT_MAX)
                .collect(),
        }
    }

    /// What rates are counted by: the address, an IPv6 one by its /64, which is what one person gets.
    pub fn rate_key(&self) -> String {
        match self.address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

/// Somebody who has not signed in. Public endpoints take this, so that none can forget its limits.
#[derive(Clone)]
pub struct Visitor<S: Side> {
    acting: Acting<S>,
    client: Client,
}

impl<S: Side> Visitor<S> {
    pub fn new(services: &Services<S>, client: Client) -> Self {
        Self {
            acting: Acting::new(services.clone(), Actor::Anonymous, None, Some(client.address)),
            client,
        }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Counts a try from this address.
    pub fn limit(&self, rate: Rate) -> Result<()> {
        self.services().rates().count(rate, &self.client.rate_key())
    }

    /// Counts a try for `key`, from wherever it comes.
    pub fn limit_key(&self, rate: Rate, key: &str) -> Result<()> {
        self.services().rates().count(rate, key)
    }

    /// The same visitor, now known to be `actor`: for the end of a sign-in.
    pub fn known_as(&self, actor: Actor, account: Option<domain::id::AccountId>) -> Acting<S> {
        self.acting.known_as(actor, account)
    }

    /// The same, for a form that was sent under a key of its own.
    pub(crate) fn under(self, submission: Arc<Submission>) -> Self {
        Self {
            acting: self.acting.under(submission),
            ..self
        }
    }
}

impl<S: Side> Deref for Visitor<S> {
    type Target = Acting<S>;
    fn deref(&self) -> &Acting<S> {
        &self.acting
    }
}
