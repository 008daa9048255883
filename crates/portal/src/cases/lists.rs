//! The lists of cases.

use domain::case::{CaseKind, CaseNumber, CaseRow, CaseState, Product, Severity};
use domain::id::{AccountId, CaseId};
use store::{Filter, Sort, list, row};
use time::OffsetDateTime;

row! {
    pub(super) struct ListRow {
        id: CaseId,
        account_id: AccountId,
        number: i64,
        company: String,
        kind: String,
        product: String,
        severity: String,
        subject: String,
        state: String,
        submitted_by: String,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
    }
}

// `|| ''`: SQLite keeps to the index of the order, instead of sorting what the index of the state finds.
const KINDS: Filter = Filter::choice(
    "kind",
    &[
        ("support", "c.kind = 'support'"),
        ("rma", "c.kind = 'rma'"),
        ("reset-key", "c.kind = 'reset-key'"),
        ("license-question", "c.kind = 'license-question'"),
    ],
);
const STATES: Filter = Filter::choice(
    "state",
    &[
        ("open", "c.state || '' <> 'closed'"),
        ("new", "c.state || '' = 'new'"),
        ("in-progress", "c.state || '' = 'in-progress'"),
        ("waiting", "c.state || '' = 'waiting'"),
        ("closed", "c.state || '' = 'closed'"),
    ],
);
const SEVERITIES: Filter = Filter::choice(
    "severity",
    &[
        ("critical", "c.severity = 'critical'"),
        ("high", "c.severity = 'high'"),
        ("normal", "c.severity = 'normal'"),
        ("low", "c.severity = 'low'"),
    ],
);

list! {
    /// The cases of an account.
    pub(super) static CASES: {
        select: "c.id, c.account_id, c.number, '' as company, c.kind, c.product, c.severity, c.subject, c.state, c.submitted_by,
                 c.created_at, c.updated_at",
        from: "cases c",
        scope: "c.account_id = $1",
        id: "c.id",
        search: "c.words like :search escape '\\'",
        sorts: [Sort::int("updated", "c.updated_at"), Sort::int("number", "c.number")],
        filters: [KINDS, STATES, SEVERITIES],
    }
}

list! {
    /// Those of all accounts: for operators.
    pub(super) static ALL_CASES: {
        select: "c.id, c.account_id, c.number, a.name as company, c.kind, c.product, c.severity, c.subject, c.state, c.submitted_by,
                 c.created_at, c.updated_at",
        from: "cases c cross join accounts a",
        scope: "a.id = c.account_id",
        id: "c.id",
        search: "c.words like :search escape '\\'",
        sorts: [Sort::int("updated", "c.updated_at"), Sort::int("number", "c.number")],
        filters: [KINDS, STATES, SEVERITIES, Filter::contains("company", "a.name_key")],
    }
}

impl ListRow {
    pub(super) fn shown(self) -> access::Result<CaseRow> {
        let unknown = |what: &str| access::Error::internal(format!("{} has the unknown {what}", self.id));
        Ok(CaseRow {
            number: CaseNumber(self.number),
            kind: CaseKind::parse(&self.kind).map_err(|_| unknown(&self.kind))?,
            product: Product::parse(&self.product).map_err(|_| unknown(&self.product))?,
            severity: Severity::parse(&self.severity).map_err(|_| unknown(&self.severity))?,
            state: self.state()?,
            id: self.id,
            company: self.company,
            subject: self.subject,
            submitted_by: self.submitted_by,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    pub(super) fn state(&self) -> access::Result<CaseState> {
        let unknown = |_| access::Error::internal(format!("{} has the unknown {}", self.id, self.state));
        CaseState::parse(&self.state).map_err(unknown)
    }
}
