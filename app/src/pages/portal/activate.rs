use domain::activation::Activation;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, ButtonLink, Card, FormSummary, Note, PageHead, Tone};

use crate::api::portal::activation::{ActivateOnboarding, activation};
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::state::session::PortalSession;
use crate::texts::{self, Activate, texts};

#[component]
pub fn ActivatePage() -> impl IntoView {
    let action = ServerAction::<ActivateOnboarding>::new();
    let version = action.version();
    let form = FormState::new(action, paths::ACTIVATE);
    let activation = Resource::new(move || version.get(), |_| activation());
    let t = texts::<Activate>();
    // The menu of the frame is another one from now on.
    let session = use_context::<PortalSession>();
    Effect::new(move |_| {
        if let (Some(Ok(_)), Some(PortalSession(me))) = (action.value().get(), session) {
            me.refetch();
        }
    });
    let body = move |activation: Activation| match activation.active {
        Some(active) => {
            let by = format!("{} {}, {}", t.active_by, active.by, texts::date(active.at));
            view! {
                <Note tone=Tone::Good title=t.active>{by}</Note>
                <div><ButtonLink href=paths::ROUTING kind=ButtonKind::Primary>{t.go_on}</ButtonLink></div>
            }
            .into_any()
        }
        None => view! {
            <Card title=t.what>
                <p>{t.what_text}</p>
                <FormSummary title=t.title faults=form.summary()/>
                <ActionForm action=action>
                    <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
                </ActionForm>
            </Card>
        }
        .into_any(),
    };
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead/>
        {loaded(activation, body)}
    }
}
