/** How charts look: hairlines, our fonts and tones, the same in light and dark. */
import { fontFamily, type Tokens } from '@/theme';
import type { ChartOption } from './echarts';

export function chartFrame(tokens: Tokens): ChartOption {
  return {
    aria: { enabled: true },
    animationDuration: 250,
    textStyle: { fontFamily, color: tokens.muted, fontSize: 12 },
    grid: { left: 4, right: 8, top: 34, bottom: 2, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      icon: 'roundRect',
      itemWidth: 10,
      itemHeight: 10,
      itemGap: 16,
      textStyle: { color: tokens.muted, fontSize: 12 },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: tokens.raised,
      borderColor: tokens.line,
      textStyle: { color: tokens.text, fontSize: 12.5, fontFamily },
      axisPointer: { type: 'shadow', shadowStyle: { color: tokens.hover, opacity: 0.6 } },
    },
  };
}

export function categoryAxis(tokens: Tokens, data: string[]): ChartOption {
  return {
    type: 'category',
    data,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: tokens.line } },
    axisLabel: { color: tokens.muted, hideOverlap: true },
  };
}

export function valueAxis(tokens: Tokens, more: ChartOption = {}): ChartOption {
  return {
    type: 'value',
    minInterval: 1,
    splitLine: { lineStyle: { color: tokens.line } },
    axisLabel: { color: tokens.muted },
    ...more,
  };
}
