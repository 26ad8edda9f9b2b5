const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** Slack's ts is seconds since 1970 with a fraction that makes it unique. */
const dateOf = (ts: string) => new Date(Number(ts) * 1000);

export function clockTime(ts: string): string {
  return CLOCK.format(dateOf(ts));
}

/** The day of a message in words, to stand above the first message of that day. */
export function dayName(ts: string): string {
  const date = dateOf(ts);
  return date.toDateString() === new Date().toDateString() ? 'Today' : DAY.format(date);
}

export function Timestamp({ ts }: { ts: string }) {
  return (
    <time dateTime={dateOf(ts).toISOString()} title={FULL.format(dateOf(ts))}>
      {clockTime(ts)}
    </time>
  );
}
