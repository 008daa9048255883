//! "Account": the registration data of a company, its domains, and what it uses.

use access::{Authorized, Event, Result, ResultExt as _};
use domain::account::{AccountEditDraft, AccountPage};
use domain::activation::Activated;
use domain::domain_proof::MappedDomain;
use domain::id::AccountId;
use domain::operator::AccountServices;
use domain::permission::{EditAccount, ViewAccount};
use domain::registration::CompanyInformation;
use domain::role::Role;
use domain::{Conflict, DomainName, Fault, Permission as _, Reason};

use super::rows;
use crate::names;
use crate::proofs::Proofs;
use crate::settings::Settings;

/// The page "Account".
pub async fn get(auth: &Authorized<ViewAccount>) -> Result<AccountPage> {
    let account = auth.account()?;
    let settings = auth.services().port::<Settings>()?;
    let mut tx = auth.read().await?;
    let row = rows::registration(&mut tx, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let mut users = Vec::new();
    for count in rows::roles(&mut tx, account).await? {
        let role = Role::parse(&count.role).map_err(|_| Fault::NotFound)?;
        users.push((role, u64::try_from(count.users).unwrap_or_default()));
    }
    users.sort_unstable();
    let proofs = Proofs::of(&mut tx, settings, account).await?;
    let mapped = rows::domains(&mut tx, account)
        .await?
        .into_iter()
        .map(|(domain,)| domain);
    let trusted = settings.trusted_for(&names::key(&row.name));
    let mut domains: Vec<MappedDomain> = Vec::new();
    for domain in mapped.chain(trusted) {
        if let Ok(domain) = names::ascii(&domain) {
            add(&mut domains, &proofs, domain);
        }
    }
    Ok(AccountPage {
        created_at: row.created_at,
        version: row.version,
        phone: row.phone.clone(),
        information: information(row),
        domains,
        users,
        services: services(&mut tx, account).await?,
        may_edit: auth.identity().grants.allow(EditAccount::NEEDS),
    })
}

fn add(domains: &mut Vec<MappedDomain>, proofs: &Proofs<'_>, domain: DomainName) {
    if domains.iter().all(|known| known.domain != domain) {
        domains.push(proofs.mapped(domain));
    }
}

/// Changes the registration data. [`Conflict::Stale`] where somebody saved it meanwhile (fault F30).
pub async fn edit(auth: &Authorized<EditAccount>, draft: AccountEditDraft) -> Result<()> {
    let account = auth.account()?;
    let (version, new, phone) = draft.check()?;
    let settings = auth.services().port::<Settings>()?;
    let mut tx = auth.begin().await?;
    let row = rows::registration(&mut tx, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let (old_key, key) = (names::key(&row.name), names::key(&new.company));
    let renamed = old_key != key;
    // The configuration trusts domains for an account by its name: a new name must neither gain nor lose them.
    if renamed
        && [&old_key, &key]
            .iter()
            .any(|key| !settings.trusted_for(key).is_empty())
    {
        return Err(Fault::field("company", Reason::NameInConfiguration).into());
    }
    let saved = rows::save_name(&mut tx, account, version, (&new.company, &key)).await;
    let saved = saved.on_unique("accounts", &["name_key"], Fault::field("company", Reason::Taken))?;
    if !saved {
        return Err(Conflict::Stale.into());
    }
    rows::set_registration(&mut tx, account, &new, &phone).await?;
    let old_phone = row.phone.clone();
    let old = information(row);
    let event = Event::new("account.changed", account, new.company.clone());
    let event = changes(&old, &new)
        .into_iter()
        .chain([("phone", old_phone.as_str(), phone.as_str())])
        .filter(|(_, old, new)| old != new)
        .fold(event, |event, (name, old, new)| event.changed(name, old, new));
    tx.commit(event).await
}

/// Field, old and new value.
fn changes<'a>(
    old: &'a CompanyInformation,
    new: &'a CompanyInformation,
) -> [(&'static str, &'a str, &'a str); 8] {
    [
        ("company", &old.company, &new.company),
        ("address", &old.address, &new.address),
        ("address2", &old.address2, &new.address2),
        ("city", &old.city, &new.city),
        ("post_code", &old.post_code, &new.post_code),
        ("country", &old.country, &new.country),
        ("state", &old.state, &new.state),
        ("industry", &old.industry, &new.industry),
    ]
}

/// What the account uses.
pub(crate) async fn services(tx: &mut store::Tx, account: AccountId) -> Result<AccountServices> {
    let activation = rows::activation(tx, account).await?;
    let by = activation.onboarding_active_by.unwrap_or_default();
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(AccountServices {
        onboarding: activation.onboarding_active_at.map(|at| Activated { by, at }),
        os_idps: number(rows::count_os_idps(tx, account).await?),
        routings: number(rows::count_routings(tx, account).await?),
        ums_instances: number(rows::count_ums_instances(tx, account).await?),
    })
}

pub(crate) fn information(row: rows::RegistrationDataRow) -> CompanyInformation {
    CompanyInformation {
        company: row.name,
        address: row.address,
        address2: row.address2,
        city: row.city,
        post_code: row.post_code,
        country: row.country,
        state: row.state,
        industry: row.industry,
    }
}
