/** /calendars/:key — one business calendar. */
import { KindDefinition } from '@/build/KindDefinition';
import { CalendarEditor } from './CalendarEditor';

export default function CalendarPage() {
  return (
    <KindDefinition kind="calendar">
      {(definition, at) => <CalendarEditor definition={definition} at={at} />}
    </KindDefinition>
  );
}
