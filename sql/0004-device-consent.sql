-- A consent by a code typed on another device is asked for until the person has decided, by whichever process serves the browser that
-- began it. Both are null for a consent that comes back by redirect.

alter table consent
  -- The app is not asked before; while it is asked, nobody else asks.
  add column next_ask_at timestamptz,
  -- What the app wants between two questions; longer each time it says slow_down.
  add column interval_ms integer check (interval_ms > 0);
