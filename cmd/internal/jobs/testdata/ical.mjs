// Reads calendar files with a parser that is not ours: a JSON list of texts comes
// in, and for each of them its method and its events go out, with instants in UTC.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const instant = (time) => time.toJSDate().toISOString();

const read = (text) => {
	const calendar = new ICAL.Component(ICAL.parse(text));
	const events = calendar.getAllSubcomponents("vevent").map((component) => {
		const event = new ICAL.Event(component);
		for (const time of [event.startDate, event.endDate]) {
			if (time.zone !== ICAL.Timezone.utcTimezone) throw new Error(`${time} is on a clock of its own`);
		}
		return {
			uid: event.uid,
			start: instant(event.startDate),
			end: instant(event.endDate),
			summary: event.summary,
			status: component.getFirstPropertyValue("status"),
			stamped: component.hasProperty("dtstamp"),
			sequence: event.sequence,
		};
	});
	return { version: calendar.getFirstPropertyValue("version"), method: calendar.getFirstPropertyValue("method"), events };
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
