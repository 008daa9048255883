use domain::id::AccountId;
use store::{Result, Tx, args, row, sql};

row! {
    /// One where there is such a thing, else nothing.
    pub(super) struct DoneRow {
        idps: i64,
        tested: i64,
        ums: i64,
        records: i64,
        healthy: i64,
        devices: i64,
    }
}

pub(super) async fn done(tx: &mut Tx, account: AccountId) -> Result<DoneRow> {
    let select = sql!(
        "select (select count(*) from (select 1 from os_idps where account_id = $1 limit 1) a) as idps,
                (select count(*) from (select 1 from os_idps where account_id = $1 and test_passed and enabled limit 1) b) as tested,
                (select count(*) from (select 1 from ums_instances where account_id = $1 limit 1) c) as ums,
                (select count(*) from (select 1 from routings where account_id = $1 limit 1) d) as records,
                (select count(*) from (select 1 from routings
                  where account_id = $1 and enabled and health in ('good', 'warning') limit 1) e) as healthy,
                (select count(*) from (select 1 from audit_events
                  where account_id = $1 and name = 'onboarding.token_redeemed' limit 1) f) as devices"
    );
    tx.one(select, args![account]).await
}
