use super::table;

table! {
    /// "User & Role Administration".
    UserAdministration {
        title: "User & Role Administration" / "User & Role Administration",
        please_choose: "Please choose" / "Please choose",
        invite: "Invite new user" / "Invite new user",
        invite_text: "By e-mail. The user is made when the invitation is accepted." / "Per E-Mail. Der Benutzer entsteht, wenn die Einladung angenommen wird.",
        invite_list: "Invite many at once" / "Viele auf einmal einladen",
        invite_list_text: "Paste a list, one person per line." / "Fügen Sie eine Liste ein, eine Person pro Zeile.",
        add: "Add additional role" / "Add additional role",
        add_text: "It counts from the user's next click." / "Sie gilt ab dem nächsten Klick des Benutzers.",
        remove: "Remove role" / "Remove role",
        remove_text: "Without the last role a user is deactivated." / "Ohne die letzte Rolle wird ein Benutzer deaktiviert.",
        roles: "What the roles may do" / "Was die Rollen dürfen",
        first_name: "First name" / "Vorname",
        last_name: "Last name" / "Nachname",
        email: "E-mail" / "E-Mail",
        email_hint: "The invitation goes there." / "Dorthin geht die Einladung.",
        language: "Language" / "Sprache",
        language_hint: "Of the invitation, and of later mails." / "Der Einladung und späterer Mails.",
        role: "Role" / "Rolle",
        invite_lead: "The person gets a mail with a link, which is good for 30 days." / "Die Person bekommt eine Mail mit einem Link, der 30 Tage gilt.",
        not_invited: "The invitation is not sent yet" / "Die Einladung ist noch nicht gesendet",
        invited: "The invitation is sent." / "Die Einladung ist gesendet.",
        lines: "People" / "Personen",
        lines_hint: "One per line, at most 200: an address, or Ada Berg <ada@contoso.example>, or name; address; role; language. Cells of a spreadsheet work too."
            / "Eine pro Zeile, höchstens 200: eine Adresse, oder Ada Berg <ada@contoso.example>, oder Name; Adresse; Rolle; Sprache. Zellen einer Tabelle gehen auch.",
        lines_lead: "All are invited, or nobody: lines that do not work are named, and you can correct them." / "Alle werden eingeladen oder niemand: Zeilen, die nicht gehen, werden genannt, und Sie können sie berichtigen.",
        role_for_all: "Role, where the line names none" / "Rolle, wo die Zeile keine nennt",
        lines_not_invited: "Nobody is invited yet" / "Noch ist niemand eingeladen",
        lines_invited: "The invitations are sent." / "Die Einladungen sind gesendet.",
        user: "User" / "Benutzer",
        add_user_hint: "Please select the user you want to add to this role" / "Please select the user you want to add to this role",
        remove_user_hint: "Please select the user you want to remove from this role" / "Please select the user you want to remove from this role",
        role_hint: "Please select the role you would like to add/remove for this user" / "Please select the role you would like to add/remove for this user",
        add_lead: "A user may have several roles; the rights add up." / "Ein Benutzer kann mehrere Rollen haben; die Rechte summieren sich.",
        remove_lead: "What only this role allowed is no longer possible at once." / "Was nur diese Rolle erlaubte, geht sofort nicht mehr.",
        not_added: "The role is not added yet" / "Die Rolle ist noch nicht hinzugefügt",
        added: "The role is added." / "Die Rolle ist hinzugefügt.",
        not_removed: "The role is not removed yet" / "Die Rolle ist noch nicht entfernt",
        removed: "The role is removed." / "Die Rolle ist entfernt.",
        last_role: "This user only has one role, removing it will deactivate the user" / "This user only has one role, removing it will deactivate the user",
        more_users: "Not in the list?" / "Nicht in der Liste?",
        more_users_text: "The first 200 users are offered. Search for the others." / "Angeboten werden die ersten 200 Benutzer. Suchen Sie nach den anderen.",
        search_user: "E-mail or name" / "E-Mail oder Name",
        nobody: "There is nobody whose roles you could change. Nobody changes their own." / "Es gibt niemanden, dessen Rollen Sie ändern könnten. Die eigenen ändert niemand.",
        deactivate: "Deactivate user" / "Benutzer deaktivieren",
        deactivate_lead: "Access and every session end at once, and no mail goes there any more." / "Zugang und jede Sitzung enden sofort, und es geht keine Mail mehr dorthin.",
        deactivate_text: "You can restore the user for 30 days, with the same roles. Then the user is deleted; what was done stays in the activity."
            / "Sie können den Benutzer 30 Tage lang wiederherstellen, mit denselben Rollen. Danach wird er gelöscht; was getan wurde, bleibt in den Aktivitäten.",
        deactivated: "The user is deactivated." / "Der Benutzer ist deaktiviert.",
    }
}

table! {
    /// "Overview": users and invitations.
    People {
        menu: "Overview" / "Overview",
        title: "Users" / "Users",
        lead: "Everybody of your account, and those who are invited." / "Alle Ihres Kontos, und die Eingeladenen.",
        search: "E-mail or name" / "E-Mail oder Name",
        account: "Account" / "Account",
        email: "Email" / "Email",
        role: "Role" / "Role",
        active: "Active" / "Active",
        invitation: "Invitation Status" / "Invitation Status",
        days_left: "Days left" / "Tage übrig",
        action: "Action" / "Action",
        you: "you" / "Sie",
        yes: "Yes" / "Yes",
        pending: "Pending" / "Pending",
        no: "No" / "No",
        accepted: "Accepted" / "Accepted",
        declined: "Declined" / "Declined",
        cancelled: "Cancelled" / "Cancelled",
        until_end: "until the invitation ends" / "bis die Einladung endet",
        until_deleted: "until the user is deleted" / "bis der Benutzer gelöscht wird",
        resend: "Resend" / "Resend",
        cancel: "Cancel" / "Cancel",
        add_role: "Add role" / "Add role",
        remove_role: "Remove role" / "Remove role",
        deactivate: "Deactivate" / "Deactivate",
        restore: "Restore" / "Restore",
        resent: "The invitation is sent again; the earlier link is of no use any more." / "Die Einladung ist noch einmal gesendet; der frühere Link gilt nicht mehr.",
        cancelled_now: "The invitation is cancelled." / "Die Einladung ist zurückgezogen.",
        restored: "The user has access again." / "Der Benutzer hat wieder Zugang.",
        not_done: "This was not done" / "Das wurde nicht getan",
        empty: "Nobody yet" / "Noch niemand",
    }
}

table! {
    /// The customer's table of roles and what they may do.
    Roles {
        title: "Roles and Permissions" / "Roles and Permissions",
        lead: "What each role may do. A user may have several roles; the rights add up." / "Was jede Rolle darf. Ein Benutzer kann mehrere Rollen haben; die Rechte summieren sich.",
        permission: "Permission" / "Berechtigung",
        only_super_admin: "Only a Super Admin grants or removes the role Super Admin. Nobody changes their own roles."
            / "Nur ein Super Admin gibt oder entzieht die Rolle Super Admin. Niemand ändert die eigenen Rollen.",
        app_portal_user: "App Portal User: may use the App Portal, and nothing else here." / "App Portal User: darf das App Portal benutzen, und sonst nichts hier.",
        allowed: "yes" / "ja",
    }
}

table! {
    /// What the link of an invitation leads to.
    Invitation {
        title: "Invitation" / "Einladung",
        invites: "invites you to the account of" / "lädt Sie ein zum Konto von",
        role: "Role" / "Rolle",
        email: "E-mail" / "E-Mail",
        days_left: "Days left" / "Tage übrig",
        first_name: "First name" / "Vorname",
        last_name: "Last name" / "Nachname",
        password: "Password" / "Passwort",
        password_hint: "15 characters or more, such as a sentence of your own. No other rules." / "15 Zeichen oder mehr, zum Beispiel ein eigener Satz. Sonst keine Regeln.",
        accept: "Accept" / "Annehmen",
        decline: "Decline" / "Ablehnen",
        decline_text: "If you do not want to join, decline. Whoever invited you is told, and no user is made." / "Wenn Sie nicht beitreten möchten, lehnen Sie ab. Wer Sie eingeladen hat, erfährt davon, und es entsteht kein Benutzer.",
        not_accepted: "The invitation is not accepted yet" / "Die Einladung ist noch nicht angenommen",
        not_declined: "The invitation is not declined" / "Die Einladung ist nicht abgelehnt",
        other_title: "Somebody else is logged in" / "Jemand anderes ist angemeldet",
        other_you_are: "In this browser you are logged in as" / "In diesem Browser sind Sie angemeldet als",
        other_invited: "The invitation is for" / "Die Einladung ist für",
        other_way_out: "Log out, then open the link in the mail again. Or open it in another browser." / "Melden Sie sich ab, und öffnen Sie den Link in der Mail noch einmal. Oder öffnen Sie ihn in einem anderen Browser.",
        accepted_title: "This invitation is accepted already" / "Diese Einladung ist schon angenommen",
        accepted_text: "The link works once. Log in with your e-mail and your password." / "Der Link gilt einmal. Melden Sie sich mit E-Mail und Passwort an.",
        declined_title: "You have declined" / "Sie haben abgelehnt",
        declined_text: "No user was made. If you have changed your mind, ask to be invited again." / "Es wurde kein Benutzer angelegt. Wenn Sie es sich anders überlegt haben, bitten Sie um eine neue Einladung.",
        cancelled_title: "The invitation was cancelled" / "Die Einladung wurde zurückgezogen",
        cancelled_text: "The company has taken it back. Ask the person who invited you." / "Die Firma hat sie zurückgenommen. Fragen Sie die Person, die Sie eingeladen hat.",
        expired_title: "The invitation has expired" / "Die Einladung ist abgelaufen",
        expired_text: "It was good for 30 days. Ask the person who invited you for a new one." / "Sie galt 30 Tage. Bitten Sie die Person, die Sie eingeladen hat, um eine neue.",
        unknown_title: "This link does not work" / "Dieser Link gilt nicht",
        unknown_text: "Perhaps it was copied in part, or a newer mail has replaced it: look for the newest invitation, also among spam. Otherwise ask the person who invited you."
            / "Vielleicht wurde er nicht ganz kopiert, oder eine neuere Mail hat ihn ersetzt: suchen Sie die neueste Einladung, auch im Spam. Sonst fragen Sie die Person, die Sie eingeladen hat.",
        log_in: "Log in" / "Anmelden",
        log_out: "Log out" / "Abmelden",
    }
}
