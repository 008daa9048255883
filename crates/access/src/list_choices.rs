//! What people choose for the lists that they look at, on whichever side: each sees and changes their own, in every browser.

use std::collections::BTreeMap;

use domain::list_choices::{ListChoices, SavedView, VIEWS_MAX, ViewDraft, columns_text, list_key};
use domain::{Fault, Invalid, Permission, Reason};
use store::{args, row, sql};
use uuid::Uuid;

use crate::{Authorized, Result};

const WHY_NO_EVENT: &str = "a matter of looks";

row! {
    struct ColumnsRow {
        list: String,
        columns: String,
    }
    struct ViewRow {
        list: String,
        name: String,
        state: String,
    }
}

/// The choices for all lists that something was chosen for.
pub async fn all<P: Permission>(auth: &Authorized<P>) -> Result<Vec<ListChoices>> {
    let holder = auth.session().holder();
    let mut tx = auth.read().await?;
    let columns = sql!("select list, columns from list_columns where holder = $1");
    let columns: Vec<ColumnsRow> = tx.all(columns, args![holder]).await?;
    let views = sql!("select list, name, state from list_views where holder = $1 order by list, name_key");
    let views: Vec<ViewRow> = tx.all(views, args![holder]).await?;
    let mut choices: BTreeMap<String, ListChoices> = BTreeMap::new();
    for row in columns {
        let keys = row.columns.split('.').map(str::to_owned).collect();
        choices.entry(row.list).or_default().columns = keys;
    }
    for row in views {
        let view = SavedView {
            name: row.name,
            state: row.state,
        };
        choices.entry(row.list).or_default().views.push(view);
    }
    let named = choices
        .into_iter()
        .map(|(list, choices)| ListChoices { list, ..choices });
    Ok(named.collect())
}

/// Has a list show these columns; none: the usual ones.
pub async fn choose_columns<P: Permission>(
    auth: &Authorized<P>,
    list: &str,
    columns: &[String],
) -> Result<()> {
    let list = key(list)?;
    let (holder, columns) = (auth.session().holder(), columns_text(columns));
    let mut tx = auth.begin().await?;
    if columns.is_empty() {
        let forget = sql!("delete from list_columns where holder = $1 and list = $2");
        tx.execute(forget, args![holder, list]).await?;
    } else {
        let keep = sql!(
            "insert into list_columns (holder, list, columns) values ($1, $2, $3)
             on conflict (holder, list) do update set columns = excluded.columns"
        );
        tx.execute(keep, args![holder, list, columns]).await?;
    }
    tx.commit_without_event_because(WHY_NO_EVENT).await
}

/// Keeps a view. One of the same name is replaced.
pub async fn save_view<P: Permission>(auth: &Authorized<P>, draft: ViewDraft) -> Result<()> {
    let (list, view) = draft.check()?;
    let (holder, name_key) = (auth.session().holder(), view.name.to_lowercase());
    let mut tx = auth.begin().await?;
    if others(&mut tx, holder, &list, &name_key).await? >= i64::from(VIEWS_MAX) {
        return Err(Fault::field("name", Reason::TooMany { max: VIEWS_MAX }).into());
    }
    let keep = sql!(
        "insert into list_views (holder, list, name_key, name, state) values ($1, $2, $3, $4, $5)
         on conflict (holder, list, name_key) do update set name = excluded.name, state = excluded.state"
    );
    tx.execute(keep, args![holder, list, name_key, view.name, view.state])
        .await?;
    tx.commit_without_event_because(WHY_NO_EVENT).await
}

/// Forgets a view. Nothing where there is none of that name.
pub async fn delete_view<P: Permission>(auth: &Authorized<P>, list: &str, name: &str) -> Result<()> {
    let (holder, list, name_key) = (auth.session().holder(), key(list)?, name.trim().to_lowercase());
    let mut tx = auth.begin().await?;
    let forget = sql!("delete from list_views where holder = $1 and list = $2 and name_key = $3");
    tx.execute(forget, args![holder, list, name_key]).await?;
    tx.commit_without_event_because(WHY_NO_EVENT).await
}

/// How many views of other names there are.
async fn others(tx: &mut store::Tx, holder: Uuid, list: &str, name_key: &str) -> Result<i64> {
    let count = sql!("select count(*) from list_views where holder = $1 and list = $2 and name_key <> $3");
    Ok(tx.scalar(count, args![holder, list, name_key]).await?)
}

fn key(list: &str) -> Result<String> {
    Ok(list_key(list).map_err(|reason| Invalid::one("list", reason))?)
}
