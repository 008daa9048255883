use leptos::prelude::*;
use ui::Card;

use crate::texts::{Passwords, texts};

/// The rules for a new password, above its field.
#[component]
pub fn PasswordRules() -> impl IntoView {
    let t = texts::<Passwords>();
    view! {
        <Card title=t.rules>
            <ul class="bullets">
                <li>{t.rule_length}</li>
                <li>{t.rule_common}</li>
                <li>{t.rule_names}</li>
                <li>{t.rule_free}</li>
            </ul>
        </Card>
    }
}
