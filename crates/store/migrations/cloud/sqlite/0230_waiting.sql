-- Runs that nobody signed in for are deleted a day after they began; this finds them among those that stay 30 days.
create index onboardings_waiting on onboardings (created_at) where step in ('started', 'confirmed');
