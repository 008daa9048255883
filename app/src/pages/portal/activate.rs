use domain::activation::Activation;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use ui::{Button, ButtonKind, ButtonLink, Card, FormSummary, Note, PageHead, Tone};

use crate::api::portal::activation::{ActivateOnboarding, activation};
use crate::error::AppError;
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::state::session::PortalSession;
use crate::texts::{self, Activate, texts};

pub struct ActivatePage {
    action: ServerAction<ActivateOnboarding>,
    form: FormState,
    activation: Resource<Result<Activation, AppError>>,
}

#[lazy_route]
impl LazyRoute for ActivatePage {
    fn data() -> Self {
        let action = ServerAction::new();
        let version = action.version();
        Self {
            action,
            form: FormState::new(action, paths::ACTIVATE),
            activation: Resource::new(move || version.get(), |_| activation()),
        }
    }

    fn view(this: Self) -> AnyView {
        let ActivatePage {
            action,
            form,
            activation,
        } = this;
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
        .into_any()
    }
}
