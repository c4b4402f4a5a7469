/** /calendars — when people work, which days they have off, and when nobody is to be disturbed. */
import { KindPage } from '@/build/KindPage';

export default function CalendarsPage() {
  return (
    <KindPage
      kind="calendar"
      about={{
        zh: '期限按工作时间算，免打扰时段里消息会等待：都看这里。',
        en: 'Deadlines are counted in working time, and messages wait for quiet hours to end: by these.',
      }}
      none={{
        zh: '没有日历时，周一到周五 9:00–18:00 算工作时间。',
        en: 'Without one, working time is Monday to Friday, 9:00 to 18:00.',
      }}
      action={{ zh: '新建日历', en: 'New calendar' }}
    />
  );
}
