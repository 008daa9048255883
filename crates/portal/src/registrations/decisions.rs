//! What operators see of registrations, and what they decide.

use access::{Authorized, Error, Event, Result, ResultExt as _, Services};
use domain::id::{AccountId, RegistrationId, UserId};
use domain::page::{ListQuery, Page};
use domain::permission::{DecideRegistrations, ViewRegistrations};
use domain::registration::{
    ApproveDraft, CompanyInformation, KnownAccount, MailFact, ONE_TIME_PASSWORD_DAYS, RefuseDraft,
    Registration, RegistrationFacts, RegistrationRow, RegistrationState,
};
use domain::user::UserState;
use domain::{Cloud, Conflict, EmailAddress, Fault, Language, Reason, Role};
use outside::{DnsError, Outside};
use store::args;
use time::Duration;

use super::rows::{Decision, ListRow, RegistrationData};
use super::{letters, rows};
use crate::names::{self, Address};
use crate::operators::cloud;
use crate::{Settings, accounts, mails, users};

/// How long an operator waits for the name servers.
const DNS_TIME: std::time::Duration = std::time::Duration::from_secs(3);
/// Letters and digits that nobody takes for another; their number divides no byte evenly, so a byte above the last multiple is
/// drawn again.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKLMNPQRSTUVWXY";
/// Groups of a one-time password, of four letters each: 99 random bits.
const GROUPS: usize = 5;

/// Registrations whose address was confirmed, the newest first. Sorts: `confirmed`, `company`, `email`, `state`; looks for companies and addresses.
pub async fn list(auth: &Authorized<ViewRegistrations>, query: ListQuery) -> Result<Page<RegistrationRow>> {
    let descending = query.sort.is_empty() || query.descending;
    let query = ListQuery { descending, ..query };
    let page: Page<ListRow> = auth
        .read()
        .await?
        .list(&rows::REGISTRATIONS, &query, args![])
        .await?;
    page.try_map(|row| {
        Ok(RegistrationRow {
            state: state_of(&row.state)?,
            id: row.id,
            name: users::full_name(&row.first_name, &row.last_name),
            company: row.company,
            email: row.email,
            country: row.country,
            confirmed_at: row.confirmed_at,
            decided_by: row.decided_by,
        })
    })
}

/// One registration, while it waits with what can be found out about it.
pub async fn get(auth: &Authorized<ViewRegistrations>, id: RegistrationId) -> Result<Registration> {
    let row = rows::get(&mut auth.read().await?, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let state = state_of(&row.state)?;
    let facts = match state {
        RegistrationState::Confirmed => Some(facts(auth, &row).await?),
        _ => None,
    };
    Ok(Registration {
        row: RegistrationRow {
            id,
            company: row.company.clone(),
            email: row.email,
            name: users::full_name(&row.first_name, &row.last_name),
            country: row.country.clone(),
            state,
            confirmed_at: row.confirmed_at,
            decided_by: row.decided_by,
        },
        information: CompanyInformation {
            company: row.company,
            address: row.address,
            address2: row.address2,
            city: row.city,
            post_code: row.post_code,
            country: row.country,
            state: row.region,
            industry: row.industry,
        },
        phone: row.phone,
        language: Language::parse(&row.language).unwrap_or_default(),
        news: row.news,
        asked_at: row.asked_at,
        decided_at: row.decided_at,
        reason: row.reason,
        account: row.account_id,
        facts,
    })
}

async fn facts(auth: &Authorized<ViewRegistrations>, row: &RegistrationData) -> Result<RegistrationFacts> {
    let cloud = cloud(auth)?;
    let typed = EmailAddress::parse(&row.email).map(|email| email.domain());
    let domain = typed
        .and_then(|domain| names::ascii(domain.as_str()))
        .map_err(unreadable)?;
    let name = names::key(&row.company);
    let (accounts, name_taken) = {
        let mut tx = auth.read().await?;
        let known = rows::accounts_with(&mut tx, domain.as_str()).await?;
        let taken = accounts::rows::by_key_unscoped(&mut tx, &name).await?.is_some();
        (known, taken)
    };
    let known = |row: rows::AccountNameRow| KnownAccount {
        id: row.id,
        name: row.name,
    };
    Ok(RegistrationFacts {
        mail: mail_fact(cloud.port::<Outside>()?, domain.as_str()).await,
        domain: domain.as_str().to_owned(),
        accounts: accounts.into_iter().map(known).collect(),
        name_taken,
        trusted: cloud.port::<Settings>()?.trusted_for(&name),
    })
}

async fn mail_fact(outside: &Outside, domain: &str) -> MailFact {
    match tokio::time::timeout(DNS_TIME, outside.dns.mx(domain)).await {
        // A single empty host says that the domain takes no mail (RFC 7505).
        Ok(Ok(found)) => {
            let hosts: Vec<_> = found
                .into_iter()
                .map(|mx| mx.host)
                .filter(|host| !host.is_empty())
                .collect();
            if hosts.is_empty() {
                MailFact::NoServers
            } else {
                MailFact::Servers(hosts)
            }
        }
        Ok(Err(DnsError::NotFound)) => MailFact::NoSuchDomain,
        Ok(Err(DnsError::BadName | DnsError::Timeout | DnsError::Failed)) | Err(_) => MailFact::Unknown,
    }
}

/// Approves: makes the account and its first user, a Super Admin with a one-time password, and mails both.
pub async fn approve(auth: &Authorized<DecideRegistrations>, draft: ApproveDraft) -> Result<AccountId> {
    let (row, name) = (waiting(auth, &draft.id).await?, draft.check()?);
    let cloud = cloud(auth)?;
    let address = EmailAddress::parse(&row.email).and_then(|email| Address::of(&email));
    let address = address.map_err(unreadable)?;
    let password = one_time_password(cloud);
    let hash = cloud.passwords().hash(&password).await?;

    let account: AccountId = cloud.entropy().id(auth.now());
    let mut tx = auth.within(account).begin().await?;
    let now = tx.now();
    let decision = Decision {
        state: RegistrationState::Approved,
        by: auth.actor().name(),
        reason: "",
    };
    // First of all: of two operators at once, the second one waits here and is told.
    if !rows::decide(&mut tx, row.id, &decision, now).await? {
        return Err(Conflict::RegistrationDecided.into());
    }
    let made = accounts::rows::insert(&mut tx, account, &name, &names::key(&name), now).await;
    made.on_unique("accounts", &["name_key"], Fault::field("name", Reason::Taken))?;
    rows::set_account(&mut tx, row.id, account).await?;
    let information = CompanyInformation {
        company: name.clone(),
        address: row.address,
        address2: row.address2,
        city: row.city,
        post_code: row.post_code,
        country: row.country,
        state: row.region,
        industry: row.industry,
    };
    accounts::rows::set_registration(&mut tx, account, &information, &row.phone).await?;
    let language = Language::parse(&row.language).unwrap_or_default();
    let user = users::rows::NewUser {
        id: tx.id(),
        account,
        email: &address,
        first_name: &row.first_name,
        last_name: &row.last_name,
        language,
        state: UserState::Active,
        password_hash: &hash,
        now,
    };
    let id: UserId = user.id;
    let made = users::rows::insert(&mut tx, &user).await;
    made.on_unique("users", &["email_key"], Conflict::AddressInUse)?;
    let ends = now + Duration::days(ONE_TIME_PASSWORD_DAYS.into());
    users::rows::end_password(&mut tx, account, id, ends).await?;
    users::rows::add_role(&mut tx, id, Role::SuperAdmin).await?;
    let letter = letters::Approved {
        company: &name,
        user: &address.typed,
        password: &password,
        url: format!("{}/login", cloud.port::<Settings>()?.portal_url),
    };
    mails::post(&mut tx, cloud, &address.typed, language, &letter).await?;
    tx.note(Event::new("account.created", account, name)).await?;
    let roles = vec![Role::SuperAdmin.key()];
    tx.note(Event::new("user.added", id, address.typed.clone()).with("roles", roles))
        .await?;
    tx.commit(decided(
        "registration.approved",
        row.id,
        &address.typed,
        RegistrationState::Approved,
    ))
    .await?;
    Ok(account)
}

/// Refuses, and mails the reason.
pub async fn refuse(auth: &Authorized<DecideRegistrations>, draft: RefuseDraft) -> Result<()> {
    let (row, reason) = (waiting(auth, &draft.id).await?, draft.check()?);
    let mut tx = auth.begin().await?;
    let now = tx.now();
    let decision = Decision {
        state: RegistrationState::Refused,
        by: auth.actor().name(),
        reason: &reason,
    };
    if !rows::decide(&mut tx, row.id, &decision, now).await? {
        return Err(Conflict::RegistrationDecided.into());
    }
    let letter = letters::Refused {
        company: &row.company,
        reason: &reason,
    };
    let language = Language::parse(&row.language).unwrap_or_default();
    mails::post(&mut tx, cloud(auth)?, &row.email, language, &letter).await?;
    let event = decided(
        "registration.refused",
        row.id,
        &row.email,
        RegistrationState::Refused,
    );
    tx.commit(event.with("reason", reason)).await
}

fn decided(name: &'static str, id: RegistrationId, email: &str, state: RegistrationState) -> Event {
    Event::new(name, id, email).changed("state", RegistrationState::Confirmed.key(), state.key())
}

/// The registration of that id, if it can be decided about.
async fn waiting(auth: &Authorized<DecideRegistrations>, id: &str) -> Result<RegistrationData> {
    let id: RegistrationId = id.parse().map_err(|_| Fault::NotFound)?;
    let row = rows::get(&mut auth.read().await?, id)
        .await?
        .ok_or(Fault::NotFound)?;
    match state_of(&row.state)? {
        RegistrationState::Confirmed => Ok(row),
        _ => Err(Conflict::RegistrationDecided.into()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(reason: Reason) -> Error {
    Error::internal(format!("a stored address cannot be read: {reason:?}"))
}

fn state_of(key: &str) -> Result<RegistrationState> {
    RegistrationState::parse(key)
        .ok_or_else(|| Error::internal(format!("a registration has the unknown state {key}")))
}

/// Letters for one sign-in, in groups that can be typed.
fn one_time_password(services: &Services<Cloud>) -> String {
    let fair = u8::try_from(256 / ALPHABET.len() * ALPHABET.len()).unwrap_or(u8::MAX);
    let letters = std::iter::repeat_with(|| services.entropy().bytes::<1>()[0])
        .filter(|byte| *byte < fair)
        .filter_map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()))
        .map(|byte| char::from(*byte));
    let letters: Vec<char> = letters.take(GROUPS * 4).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}
