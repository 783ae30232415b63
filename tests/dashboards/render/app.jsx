// SPDX-License-Identifier: Apache-2.0
// Draws one dashboard with Grafana's own components: its transformations, its units, thresholds and mappings, its stats, tables and bars.
// Graphs and timelines are drawn by a few lines below, because Grafana keeps those panels to itself. `window.INPUT` is {dashboard, frames}.
import {
  applyFieldOverrides, createTheme, FieldConfigOptionsRegistry, getDisplayProcessor, getDisplayValueAlignmentFactors,
  getFieldDisplayValues, standardFieldConfigEditorRegistry,
  standardTransformers, standardTransformersRegistry, ThemeContext, toDataFrame, transformDataFrame,
} from '@grafana/data';
import { BarGauge, BigValue, BigValueColorMode, BigValueGraphMode, BigValueTextMode, Table } from '@grafana/ui';
import React from 'react';
import { createRoot } from 'react-dom/client';

const theme = createTheme({ colors: { mode: 'dark' } });
const { dashboard, frames } = window.INPUT;
const COLUMN = window.innerWidth / 24, ROW = 38, GAP = 8, HEAD = 28;

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
  const most = Math.max(1, ...values.map((one) => one.numeric));
  const each = Math.min(44, height / Math.max(1, values.length));
  return values.map((value, index) => (
    <BarGauge key={index} value={value} width={width} height={each - 4} theme={theme} orientation="horizontal" displayMode="basic"
      field={{ min: 0, max: most, thresholds: panel.fieldConfig.defaults.thresholds }} showUnfilled text={{ titleSize: 13, valueSize: 14 }}
      alignmentFactors={factors} />
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

function Graph({ panel, data, width, height }) {
  const lines = linesOf(data);
  const all = lines.flatMap((line) => line.points);
  if (!all.length) return <p>No data</p>;
  const legend = 18 * Math.min(lines.length, 4), inner = height - legend - 22, left = 70;
  const from = Math.min(...all.map(([at]) => at)), until = Math.max(...all.map(([at]) => at)) || from + 1;
  const low = Math.min(0, ...all.map(([, value]) => value)), high = Math.max(...all.map(([, value]) => value)) || 1;
  const x = (at) => left + ((at - from) / (until - from || 1)) * (width - left - 8), y = (value) => 6 + (1 - (value - low) / (high - low)) * (inner - 6);
  const words = (value) => { const shown = lines[0].display(value); return `${shown.prefix ?? ''}${shown.text}${shown.suffix ?? ''}`; };
  return (
    <svg width={width} height={height} fontSize="11" fill={theme.colors.text.secondary}>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line x1={left} x2={width - 8} y1={y(low + part * (high - low))} y2={y(low + part * (high - low))} stroke={theme.colors.border.weak} />
          <text x={left - 6} y={y(low + part * (high - low)) + 4} textAnchor="end">{words(low + part * (high - low))}</text>
        </g>
      ))}
      {lines.map((line, index) => (
        <g key={index}>
          <polyline fill="none" stroke={theme.visualization.getColorByName(theme.visualization.palette[index])} strokeWidth="1.5" points={line.points.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')} />
          {index < 4 && <text x={left} y={inner + 22 + index * 18} fill={theme.visualization.getColorByName(theme.visualization.palette[index])}>— {line.name}</text>}
        </g>
      ))}
      <text x={left} y={inner + 10}>{new Date(from).toISOString().slice(0, 16)}</text>
      <text x={width - 8} y={inner + 10} textAnchor="end">{new Date(until).toISOString().slice(0, 16)}</text>
    </svg>
  );
}

function Timeline({ data, width, height }) {
  const lines = linesOf(data);
  const each = Math.min(28, (height - 4) / Math.max(1, lines.length)), left = 190;
  const moments = lines.flatMap((line) => line.points.map(([at]) => at));
  const from = Math.min(...moments), until = Math.max(...moments), x = (at) => left + ((at - from) / (until - from || 1)) * (width - left - 8);
  return (
    <svg width={width} height={height} fontSize="12">
      {lines.map((line, row) => {
        const spans = [];
        for (const [at, value] of line.points) {
          if (spans.length && spans.at(-1).value === value) spans.at(-1).until = at; else spans.push({ value, from: at, until: at });
        }
        return (
          <g key={row} transform={`translate(0 ${row * each})`}>
            <text x={left - 8} y={each / 2 + 4} textAnchor="end" fill={theme.colors.text.primary}>{line.name}</text>
            {spans.map((span, index) => (
              <g key={index}>
                <rect x={x(span.from)} width={Math.max(2, x(spans[index + 1]?.from ?? span.until) - x(span.from))} height={each - 4} rx="2" fill={line.display(span.value).color} opacity="0.7" />
                <text x={x(span.from) + 6} y={each / 2 + 3} fill={theme.colors.text.maxContrast}>{line.display(span.value).text}</text>
              </g>
            ))}
          </g>
        );
      })}
    </svg>
  );
}

const KINDS = { stat: Stat, bargauge: Bars, table: Rows, timeseries: Graph, 'state-timeline': Timeline };

function Panel({ panel }) {
  const data = useFrames(panel);
  const place = panel.gridPos, Kind = KINDS[panel.type];
  const width = place.w * COLUMN - GAP, height = place.h * ROW - GAP;
  const box = {
    position: 'absolute', left: place.x * COLUMN, top: place.y * ROW, width, height, background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`, borderRadius: 2, overflow: 'hidden',
  };
  const empty = data && !data.some((frame) => frame.length);
  return (
    <div style={box} data-panel={panel.title}>
      <div style={{ height: HEAD, padding: '5px 8px', fontWeight: 500 }}>{panel.title}</div>
      <div style={{ padding: '0 8px' }}>
        {data && (empty ? <div style={{ color: theme.colors.text.secondary, textAlign: 'center' }}>No data</div>
          : <Kind panel={panel} data={data} width={width - 18} height={height - HEAD - 8} />)}
      </div>
    </div>
  );
}

Object.assign(document.body.style, {
  margin: 0, background: theme.colors.background.canvas, color: theme.colors.text.primary, font: '14px Inter, Helvetica, Arial, sans-serif',
});
createRoot(document.getElementById('root')).render(
  <ThemeContext.Provider value={theme}>
    {dashboard.panels.filter((panel) => panel.type !== 'row').map((panel) => <Panel key={panel.id} panel={panel} />)}
  </ThemeContext.Provider>);
