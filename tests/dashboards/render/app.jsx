// SPDX-License-Identifier: Apache-2.0
// Draws one dashboard with Grafana's own components: its transformations, its units, thresholds and mappings, its stats, tables and bars.
// Graphs and timelines are drawn by a few lines below, because Grafana keeps those panels to itself. `window.INPUT` is {dashboard, frames}.
import {
  applyFieldOverrides, createTheme, FieldConfigOptionsRegistry, getDisplayProcessor, getDisplayValueAlignmentFactors,
  getFieldDisplayValues, standardFieldConfigEditorRegistry,
  standardTransformers, standardTransformersRegistry, ThemeContext, toDataFrame, transformDataFrame,
} from '@grafana/data';
import { BarGauge, BigValue, BigValueColorMode, BigValueGraphMode, BigValueTextMode, GlobalStyles, Table } from '@grafana/ui';
import React from 'react';
import { createRoot } from 'react-dom/client';

const theme = createTheme({ colors: { mode: 'dark' } });
const { dashboard, frames, chosen, marks, from, until } = window.INPUT;
const COLUMN = window.innerWidth / 24, ROW = 38, GAP = 8, HEAD = 28, TOP = 48; // TOP as in render.py

standardTransformersRegistry.setInit(() =>
  [standardTransformers.mergeTransformer, standardTransformers.organizeFieldsTransformer].map((one) => ({ id: one.id, name: one.name, transformation: one, editor: () => null })));

const plain = (id, isCustom) => ({
  id, path: id.replace(/^custom\./, ''), isCustom, name: id, editor: () => null, override: () => null, process: (value) => value,
  shouldApply: () => true, settings: {}, description: '',
});
const properties = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'thresholds', 'mappings', 'links', 'noValue'];
standardFieldConfigEditorRegistry.setInit(() => properties.map((id) => plain(id, false)));
const registry = new FieldConfigOptionsRegistry(() => [
  ...properties.map((id) => plain(id, false)),
  ...['custom.width', 'custom.cellOptions', 'custom.align', 'custom.filterable'].map((id) => plain(id, true)),
]);
const asWritten = (text) => text;

function fieldsOf(panel, data) {
  return applyFieldOverrides({
    data, fieldConfig: panel.fieldConfig, fieldConfigRegistry: registry, replaceVariables: asWritten, theme, timeZone: 'utc',
  });
}

// What a table or a stat gets: its frames after the panel's transformations.
function useFrames(panel) {
  const [ready, setReady] = React.useState(null);
  React.useEffect(() => {
    const raw = frames[panel.id].map(toDataFrame);
    const subscription = transformDataFrame(panel.transformations, raw).subscribe((done) => setReady(fieldsOf(panel, done)));
    return () => subscription.unsubscribe();
  }, [panel]);
  return ready;
}

function displayValues(panel, data) {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions, replaceVariables: asWritten, theme, data, timeZone: 'utc',
  }).map((one) => one.display);
}

function Stat({ panel, data, width, height }) {
  const [value] = displayValues(panel, data);
  if (!value) return <p>No data</p>;
  return (
    <BigValue value={value} width={width} height={height} theme={theme} colorMode={BigValueColorMode.Value} graphMode={BigValueGraphMode.None}
      textMode={panel.options.textMode === 'name' ? BigValueTextMode.Name : BigValueTextMode.Value} />
  );
}

function Bars({ panel, data, width, height }) {
  const values = displayValues(panel, data);
  const factors = getDisplayValueAlignmentFactors(values.map((display) => ({ display })));
  const most = Math.max(...values.map((one) => one.numeric)) || 1;
  const each = Math.min(36, height / Math.max(1, values.length));
  return values.map((value, index) => (
    <div key={index} style={{ height: each, overflow: 'hidden' }}>
      <BarGauge value={value} width={width} height={each - 6} theme={theme} orientation="horizontal" displayMode="basic" namePlacement="left"
        field={{ min: 0, max: most, thresholds: panel.fieldConfig.defaults.thresholds }} showUnfilled
        text={panel.options.text} alignmentFactors={factors} />
    </div>
  ));
}

function Rows({ panel, data, width, height }) {
  const [order] = panel.options.sortBy;
  return <Table data={data[0]} width={width - 16} height={height} initialSortBy={[{ displayName: order.displayName, desc: order.desc }]} ariaLabel="" />;
}

// [{name, points: [[seconds, value]...], display}] of the numeric fields.
function linesOf(data) {
  return data.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === 'time');
    return frame.fields.filter((field) => field.type === 'number').map((field) => ({
      name: frame.name, display: getDisplayProcessor({ field, theme, timeZone: 'utc' }),
      points: Array.from(time.values, (at, index) => [at, field.values[index]]),
    }));
  });
}

const colourOf = (index) => theme.visualization.getColorByName(theme.visualization.palette[index]);
const moment = (at) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
const textOf = (shown) => `${shown.prefix ?? ''}${shown.text}${shown.suffix ?? ''}`;

function Moments({ x, y }) {
  const parts = x(until) - x(from) > 700 ? [0, 0.25, 0.5, 0.75, 1] : [0, 1];
  return parts.map((part) => {
    const at = from + part * (until - from), anchor = { 0: 'start', 1: 'end' }[part] ?? 'middle';
    return <text key={part} x={x(at)} y={y} textAnchor={anchor} fill={theme.colors.text.secondary} fontSize="11">{moment(at)}</text>;
  });
}

// The points of a line, from above what those before it add up to where lines are stacked.
function stackedUp(lines) {
  const below = new Map();
  return lines.map((line) => ({
    ...line,
    points: line.points.map(([at, value]) => { below.set(at, (below.get(at) ?? 0) + value); return [at, below.get(at)]; }),
  }));
}

function Graph({ panel, data, width, height }) {
  const { stacking, fillOpacity } = panel.fieldConfig.defaults.custom;
  const stacked = stacking.mode === 'normal', plain = linesOf(data), lines = stacked ? stackedUp(plain) : plain;
  const all = lines.flatMap((line) => line.points);
  const shown = Math.min(lines.length, 5), legend = 18 * shown, inner = height - legend - 26, left = 74;
  const low = Math.min(0, ...all.map(([, value]) => value)), whole = panel.fieldConfig.defaults.decimals === 0;
  const highest = Math.max(...all.map(([, value]) => value)) || 1, high = whole ? Math.max(2, 2 * Math.ceil(highest / 2)) : highest;
  const x = (at) => left + ((at - from) / (until - from)) * (width - left - 8), y = (value) => 6 + (1 - (value - low) / (high - low)) * (inner - 6);
  const path = (points) => points.map(([at, value]) => `${x(at)},${y(value)}`).join(' ');
  return (
    <svg width={width} height={height} fontSize="11" fill={theme.colors.text.secondary}>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line x1={left} x2={width - 8} y1={y(low + part * (high - low))} y2={y(low + part * (high - low))} stroke={theme.colors.border.weak} />
          <text x={left - 6} y={y(low + part * (high - low)) + 4} textAnchor="end">{textOf(lines[0].display(low + part * (high - low)))}</text>
        </g>
      ))}
      {marks.map(({ at, text }) => (
        <g key={at} fill={colourOf(2)}>
          <line x1={x(at)} x2={x(at)} y1={6} y2={inner} stroke={colourOf(2)} strokeDasharray="4 3" />
          <text x={x(at) + 5} y={inner - 8}>{text}</text>
        </g>
      ))}
      {lines.map((line, index) => ({ line, index })).reverse().map(({ line, index }) => (
        <g key={index}>
          {line.points.length > 0 && <polygon fill={colourOf(index)} opacity={fillOpacity / 100} points={[
            path(line.points), `${x(line.points.at(-1)[0])},${y(low)}`, `${x(line.points[0][0])},${y(low)}`].join(' ')} />}
          <polyline fill="none" stroke={colourOf(index)} strokeWidth="1.5" points={path(line.points)} />
        </g>
      ))}
      {plain.slice(0, shown).map((line, index) => (
        <text key={index} x={left} y={inner + 34 + index * 18} fill={colourOf(index)}>
          — {line.name}: {textOf(line.display(line.points.at(-1)[1]))}
        </text>
      ))}
      <Moments x={x} y={inner + 15} />
    </svg>
  );
}

function Timeline({ data, width, height }) {
  const lines = linesOf(data), left = 30 + 7 * Math.max(...lines.map((line) => line.name.length));
  const each = Math.min(48, (height - 20) / Math.max(1, lines.length));
  const x = (at) => left + ((at - from) / (until - from)) * (width - left - 8);
  return (
    <svg width={width} height={height} fontSize="12">
      {lines.map((line, row) => {
        const spans = [];
        for (const [at, value] of line.points) {
          if (spans.length && spans.at(-1).value === value) spans.at(-1).until = at; else spans.push({ value, from: at, until: at });
        }
        return (
          <g key={row} transform={`translate(0 ${row * each})`}>
            <text x={left - 8} y={each / 2 + 3} textAnchor="end" fill={theme.colors.text.primary}>{line.name}</text>
            {spans.map((span, index) => {
              const begin = x(span.from), wide = Math.max(2, x(spans[index + 1]?.from ?? span.until) - begin), shown = line.display(span.value);
              return (
                <g key={index}>
                  <rect x={begin} width={wide} height={each - 4} rx="2" fill={shown.color} opacity="0.7" />
                  {wide > 10 + 6 * shown.text.length && <text x={begin + 6} y={each / 2 + 3} fill={theme.colors.text.maxContrast}>{shown.text}</text>}
                </g>
              );
            })}
          </g>
        );
      })}
      <Moments x={x} y={lines.length * each + 12} />
    </svg>
  );
}

const KINDS = { stat: Stat, bargauge: Bars, table: Rows, timeseries: Graph, 'state-timeline': Timeline };

function Panel({ panel }) {
  const data = useFrames(panel);
  const place = panel.gridPos, Kind = KINDS[panel.type];
  const width = place.w * COLUMN - GAP, height = place.h * ROW - GAP;
  const box = {
    position: 'absolute', left: place.x * COLUMN, top: TOP + place.y * ROW, width, height, background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`, borderRadius: 2, overflow: 'hidden',
  };
  const { noValue } = panel.fieldConfig.defaults;
  const empty = data && !data.some((frame) => frame.length);
  return (
    <div style={box} data-panel={panel.title}>
      <div style={{ height: HEAD, padding: '5px 8px', fontWeight: 500 }}>{panel.title}</div>
      <div style={{ padding: '0 8px' }}>
        {data && (empty && panel.type !== 'stat' ? <div style={{ color: theme.colors.text.secondary, textAlign: 'center', paddingTop: 20 }}>{noValue ?? 'No data'}</div>
          : <Kind panel={panel} data={data} width={width - 18} height={height - HEAD - 8} />)}
      </div>
    </div>
  );
}

// Its title, and what is chosen of its variables.
function Heading() {
  const box = { border: `1px solid ${theme.colors.border.medium}`, borderRadius: 2, padding: '4px 8px', marginLeft: 4, background: theme.colors.background.primary };
  return (
    <div style={{ height: TOP, padding: '0 8px', display: 'flex', alignItems: 'center', gap: 20 }}>
      <span style={{ fontSize: 18, fontWeight: 500 }}>{dashboard.title}</span>
      {dashboard.templating.list.filter((one) => chosen[one.name]).map((one) => (
        <span key={one.name} style={{ color: theme.colors.text.secondary }}>{one.label}
          <span style={{ ...box, color: theme.colors.text.primary }}>{chosen[one.name] === one.allValue ? 'All' : chosen[one.name]}</span></span>
      ))}
    </div>
  );
}

Object.assign(document.body.style, {
  margin: 0, background: theme.colors.background.canvas, color: theme.colors.text.primary, font: '14px Inter, Helvetica, Arial, sans-serif',
});
// Grafana measures texts in its own font, or in what stands in for that.
await document.fonts.load('14px Inter');
createRoot(document.getElementById('root')).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <Heading />
    {dashboard.panels.filter((panel) => panel.type !== 'row').map((panel) => <Panel key={panel.id} panel={panel} />)}
  </ThemeContext.Provider>);
