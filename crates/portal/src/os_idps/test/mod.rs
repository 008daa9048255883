//! The test sign-in (ruling 22): the portal writes a test that can be opened once, the Onboarding Service runs the real flow and
//! leaves what came, the portal shows it. No device, and no token, comes of it.

pub(super) mod rows;

use access::{Acting, Actor, Authorized, Event, Rate, Result, Secret, Services, Visitor};
use domain::id::{AccountId, OsIdpId, UserId};
use domain::os_idp_test::{
    MESSAGE_MAX, OsIdpDetails, OsIdpTest, OsIdpTestPage, TestOutcome, TestProblem, WaitingTest,
};
use domain::permission::{TestOsIdp, ViewOsIdps};
use domain::{Cloud, EmailAddress, Fault, Language, Permission, Reason};
use federation::ProviderTrouble;
use time::Duration;

use crate::proofs::Proofs;
use crate::users::signed_in;
use crate::{Settings, names};

/// From the beginning of a test until its answer.
pub const TEST_LIFE: Duration = Duration::minutes(15);

/// Tests that an account may begin.
const TESTS: Rate = Rate {
    name: "portal.os_idp_test.account",
    burst: 60,
    per: Duration::HOUR,
};

const TABLE: &str = "os_idp_tests";

/// Begins a test sign-in of the caller, in the place of the last one that they began.
pub async fn begin(auth: &Authorized<TestOsIdp>, id: OsIdpId) -> Result<OsIdpId> {
    let account = auth.account()?;
    let services = auth.services();
    let mut tx = auth.begin().await?;
    let row = super::rows::get(&mut tx, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    services.rates().count(TESTS, &account.to_string())?;
    let link = services.entropy().secret();
    let hash = link.hash();
    let sealed = services
        .seal()
        .seal(services.entropy(), TABLE, "link", &hash, link.reveal().as_bytes())?;
    let now = tx.now();
    let new = rows::NewRow {
        idp: id,
        user: signed_in(auth.actor())?,
        account,
        begun_by: auth.actor().name(),
        link_hash: hash,
        link: sealed,
        now,
        expires_at: now + TEST_LIFE,
    };
    rows::put(&mut tx, new).await?;
    tx.commit(Event::new("os_idp.test_begun", id, row.name)).await?;
    Ok(id)
}

/// A provider with its last test sign-in.
pub async fn details(auth: &Authorized<ViewOsIdps>, id: OsIdpId) -> Result<OsIdpDetails> {
    details_of(auth, auth.account()?, id).await
}

/// The page of the test sign-in.
pub async fn page(auth: &Authorized<TestOsIdp>, id: OsIdpId) -> Result<OsIdpTestPage> {
    let account = auth.account()?;
    let details = details_of(auth, account, id).await?;
    let mut tx = auth.read().await?;
    let waiting = rows::waiting(&mut tx, account, id, signed_in(auth.actor())?, auth.now()).await?;
    let waiting = waiting.map(|row| shown(auth.services(), &row)).transpose()?;
    Ok(OsIdpTestPage { details, waiting })
}

/// What the text of a provider's own error page usually means: many errors never come back to us.
pub fn explain(_: &Authorized<TestOsIdp>, message: &str) -> Result<Option<TestProblem>> {
    if message.chars().count() > MESSAGE_MAX {
        let max = u32::try_from(MESSAGE_MAX).unwrap_or(u32::MAX);
        return Err(Fault::field("message", Reason::TooLong { max }).into());
    }
    Ok(ProviderTrouble::of_message(message).map(problem_of))
}

async fn details_of<P: Permission<Side = Cloud>>(
    auth: &Authorized<P>,
    account: AccountId,
    id: OsIdpId,
) -> Result<OsIdpDetails> {
    let settings = auth.services().port::<Settings>()?;
    let mut tx = auth.read().await?;
    let row = super::rows::get(&mut tx, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let proofs = Proofs::of(&mut tx, settings, account).await?;
    let idp = super::with_domains(&mut tx, (account, auth.now()), &proofs, row).await?;
    let last = super::rows::last_test(&mut tx, account, id).await?;
    let test = match last.and_then(|row| Some((row.test_result?, row.tested_by?, row.tested_at?))) {
        None => None,
        Some((result, by, at)) => {
            let outcome: TestOutcome = serde_json::from_str(&result)?;
            let is_led_here = |address: &EmailAddress| {
                let domain = names::ascii(address.domain().as_str());
                domain.is_ok_and(|domain| idp.domains.iter().any(|mapped| mapped.domain == domain))
            };
            Some(OsIdpTest {
                hints: outcome.hints(is_led_here),
                outcome,
                by,
                at,
            })
        }
    };
    Ok(OsIdpDetails {
        idp,
        test,
        redirect_uri: settings.redirect_uri(),
    })
}

fn shown(services: &Services<Cloud>, row: &rows::WaitingRow) -> Result<WaitingTest> {
    let link = services.seal().unseal(TABLE, "link", &row.link_hash, &row.link)?;
    let link = std::str::from_utf8(&link).map_err(access::Error::internal)?;
    let obs = &services.port::<Settings>()?.onboarding_url;
    Ok(WaitingTest {
        url: format!("{}/test/{link}", obs.trim_end_matches('/')),
        expires_at: row.expires_at,
        left: row.cookie_hash.is_some(),
    })
}

/// A test that somebody has opened. For the Onboarding Service.
pub struct OpenTest {
    pub account: AccountId,
    pub idp: OsIdpId,
    /// What the provider is called.
    pub name: String,
    user: UserId,
    begun_by: String,
    link_hash: Vec<u8>,
}

impl OpenTest {
    async fn of(tx: &mut store::Tx, row: rows::TestRow) -> Result<Option<Self>> {
        let idp = super::rows::get(tx, row.account_id, row.os_idp_id).await?;
        Ok(idp.map(|idp| Self {
            account: row.account_id,
            idp: row.os_idp_id,
            name: idp.name,
            user: row.user_id,
            begun_by: row.begun_by,
            link_hash: row.link_hash,
        }))
    }

    /// Whoever began it: nobody else was shown its link.
    pub fn acting(&self, visitor: &Visitor<Cloud>) -> Acting<Cloud> {
        let actor = Actor::User {
            id: self.user,
            email: self.begun_by.clone(),
        };
        visitor.known_as(actor, Some(self.account))
    }

    /// The page of the portal that shows what came.
    pub fn page(&self, settings: &Settings) -> String {
        let portal = settings.portal_url.trim_end_matches('/');
        format!("{portal}/users/idps/test?idp={}", self.idp)
    }
}

/// The test behind an address, while it waits.
pub async fn look(visitor: &Visitor<Cloud>, link: &str) -> Result<Option<OpenTest>> {
    let mut tx = visitor.read().await?;
    let found = rows::by_link_unscoped(&mut tx, &Secret::hash_of(link), visitor.now()).await?;
    match found {
        Some(row) => OpenTest::of(&mut tx, row).await,
        None => Ok(None),
    }
}

/// What binds the way back to this browser.
pub struct Leaving<'a> {
    pub cookie_hash: Vec<u8>,
    pub state_hash: Vec<u8>,
    /// Kept sealed until the answer.
    pub kept: &'a [u8],
    pub language: Language,
}

/// The person goes on to the provider. `false` where the test is over.
pub async fn leave(visitor: &Visitor<Cloud>, test: &OpenTest, leaving: &Leaving<'_>) -> Result<bool> {
    let services = visitor.services();
    let kept = services
        .seal()
        .seal(services.entropy(), TABLE, "kept", &test.link_hash, leaving.kept)?;
    let mut tx = test.acting(visitor).begin().await?;
    let (now, hashes) = (tx.now(), (&leaving.cookie_hash[..], &leaving.state_hash[..]));
    let language = leaving.language.key();
    if !rows::leave_unscoped(&mut tx, &test.link_hash, hashes, &kept, language, now).await? {
        return Ok(false);
    }
    tx.commit_without_event_because("the test has its event when it begins and when it ends")
        .await?;
    Ok(true)
}

/// The person is back: uses the test up. With it what [`Leaving::kept`] was, and the language.
pub async fn take(
    visitor: &Visitor<Cloud>,
    cookie_hash: &[u8],
    state_hash: &[u8],
) -> Result<Option<(OpenTest, zeroize::Zeroizing<Vec<u8>>, Language)>> {
    let mut tx = visitor.begin().await?;
    let now = tx.now();
    let Some(mut row) = rows::take_unscoped(&mut tx, cookie_hash, state_hash, now).await? else {
        return Ok(None);
    };
    let language = row.language.take();
    let kept = row
        .kept
        .take()
        .ok_or_else(|| access::Error::internal("a test without what was kept"))?;
    let kept = visitor
        .services()
        .seal()
        .unseal(TABLE, "kept", &row.link_hash, &kept)?;
    let Some(test) = OpenTest::of(&mut tx, row).await? else {
        return Ok(None);
    };
    tx.commit_without_event_because("its result follows").await?;
    let language = language.and_then(|key| Language::parse(&key));
    Ok(Some((test, kept, language.unwrap_or_default())))
}

/// The test that this browser has begun, once its answer has come.
pub async fn own(
    visitor: &Visitor<Cloud>,
    cookie_hash: &[u8],
) -> Result<Option<(OpenTest, Option<TestOutcome>)>> {
    let mut tx = visitor.read().await?;
    let row = rows::own_unscoped(&mut tx, cookie_hash, visitor.now()).await?;
    let Some(row) = row.filter(|row| row.used_at.is_some()) else {
        return Ok(None);
    };
    let Some(test) = OpenTest::of(&mut tx, row).await? else {
        return Ok(None);
    };
    let last = super::rows::last_test(&mut tx, test.account, test.idp).await?;
    let result = last.and_then(|row| row.test_result);
    let outcome = result.map(|result| serde_json::from_str(&result)).transpose()?;
    Ok(Some((test, outcome)))
}

/// Keeps what came with the provider.
pub async fn keep(visitor: &Visitor<Cloud>, test: &OpenTest, outcome: &TestOutcome) -> Result<()> {
    let mut tx = test.acting(visitor).begin().await?;
    let result = serde_json::to_string(outcome)?;
    let by = (test.begun_by.as_str(), tx.now());
    if !super::rows::put_test(&mut tx, test.account, test.idp, (outcome.passed(), &result), by).await? {
        return Ok(());
    }
    let event = Event::new("os_idp.tested", test.idp, test.name.clone()).with("passed", outcome.passed());
    let event = match outcome.problem {
        Some(problem) => event.with("problem", serde_json::to_value(problem)?),
        None => event,
    };
    tx.commit(event).await
}

/// A provider's trouble as a test sign-in tells it.
pub fn problem_of(trouble: ProviderTrouble) -> TestProblem {
    match trouble {
        ProviderTrouble::NotAssigned => TestProblem::NotAssigned,
        ProviderTrouble::DeviceCondition => TestProblem::DeviceCondition,
        ProviderTrouble::SecondFactor => TestProblem::SecondFactor,
        ProviderTrouble::ClientSecret => TestProblem::ClientSecret,
        ProviderTrouble::ClientId => TestProblem::ClientId,
        ProviderTrouble::RedirectUri => TestProblem::RedirectUri,
        ProviderTrouble::Consent => TestProblem::Consent,
        ProviderTrouble::Denied => TestProblem::Denied,
        ProviderTrouble::Code => TestProblem::Code,
    }
}
