// Reads calendars with ical.js, the parser of Thunderbird: JSON in, JSON out.
// In: [{"text": "BEGIN:VCALENDAR…", "most": 500}]. Out, for each: {"error"} or a list of
// {uid, sequence, original, starts, ends, status}: what each occurrence is, in UTC.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const utc = (time) => (time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString().slice(0, 19) + "Z");

function occurrence(details) {
  const { item, startDate, endDate, recurrenceId } = details;
  const status = item.component.getFirstPropertyValue("status");
  return { uid: item.uid, sequence: item.sequence, original: recurrenceId && utc(recurrenceId), starts: utc(startDate), ends: utc(endDate), status };
}

function read({ text, most }) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const components = calendar.getAllSubcomponents("vevent");
  const single = (component) => component.hasProperty("recurrence-id");
  const masters = components.filter((component) => !single(component));
  const singles = Map.groupBy(components.filter(single), (component) => component.getFirstPropertyValue("uid"));
  const found = [];
  for (const component of masters.length ? masters : components) {
    const overrides = (masters.length && singles.get(component.getFirstPropertyValue("uid"))) || [];
    const event = new ICAL.Event(component, { exceptions: overrides });
    if (!event.isRecurring()) {
      found.push(occurrence({ item: event, startDate: event.startDate, endDate: event.endDate, recurrenceId: event.recurrenceId }));
      continue;
    }
    const each = event.iterator();
    for (let next = each.next(), count = 0; next && count < (most ?? 1000); next = each.next(), count++)
      found.push(occurrence(event.getOccurrenceDetails(next)));
  }
  return found;
}

function properties(component) {
  return component.getAllProperties().map((property) => [component.name, property.name]).concat(component.getAllSubcomponents().flatMap(properties));
}

const answers = JSON.parse(readFileSync(0, "utf8")).map((asked) => {
  try {
    return asked.properties ? properties(new ICAL.Component(ICAL.parse(asked.text))) : read(asked);
  } catch (error) {
    return { error: String(error) };
  }
});
process.stdout.write(JSON.stringify(answers));
