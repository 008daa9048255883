use domain::id::EventId;
use store::{Filter, Sort, Words, list, row};
use time::OffsetDateTime;

row! {
    pub(super) struct EventRow {
        id: EventId,
        at: OffsetDateTime,
        actor_kind: String,
        actor_name: String,
        address: Option<String>,
        name: String,
        target_name: String,
        details: String,
    }
}

list! {
    /// The events of an account.
    pub(super) static EVENTS: {
        select: "e.id, e.at, e.actor_kind, e.actor_name, e.address, e.name, e.target_name, e.details",
        from: "audit_events e",
        scope: "e.account_id = $1",
        id: "e.id",
        search: "",
        words: Words::new("e.words", "e.number", "audit_events_words", "e.actor_key").by_account(),
        sorts: [Sort::int("at", "e.at")],
        filters: [
            Filter::typed("kind", "e.name = :value"),
            Filter::contains("who", "e.actor_key"),
            Filter::new("from", "e.at >= :value"),
            Filter::new("until", "e.at < :value"),
        ],
    }
}
