/** The look of the page: light or dark as the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --paper: #fff; --dim: #66717f; --line: #e2e6eb;
  --good: #0a8f5b; --bad: #cf3a3a; --own: #1f6feb; --held: #a06bd6; --panel: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe5ec; --paper: #10151b; --dim: #8c98a6;
  --line: #28313b; --good: #35c08a; --bad: #f07070; --own: #6ea8fe; --held: #c39af0; --panel: #171e26; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1180px; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 28px 0 8px; }
p { margin: 4px 0; color: var(--dim); } .warn { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 10px; margin: 18px 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.card b { display: block; font-size: 20px; } .card span { color: var(--dim); font-size: 12px; }
svg { width: 100%; height: auto; display: block; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.grid { stroke: var(--line); } .label { fill: var(--dim); font: 11px system-ui, sans-serif; dominant-baseline: middle; }
.label.end { text-anchor: end; } .label.middle { text-anchor: middle; }
.line { fill: none; stroke-width: 1.6; } .line.equity { stroke: var(--own); } .line.holding { stroke: var(--held); stroke-dasharray: 5 3; }
.fall { fill: color-mix(in srgb, var(--bad) 30%, transparent); stroke: var(--bad); }
.candle line { stroke-width: .8; } .candle.up line { stroke: var(--good); } .candle.up rect { fill: var(--good); }
.candle.down line { stroke: var(--bad); } .candle.down rect { fill: var(--bad); } .candle { opacity: .55; }
.level { stroke-width: .8; stroke-dasharray: 3 3; opacity: .55; } .level.buy { stroke: var(--own); }
.level.sell { stroke: var(--good); } .level.stop { stroke: var(--bad); }
.trade { stroke-width: 1.2; } .trade.won { stroke: var(--good); } .trade.lost { stroke: var(--bad); }
.fill.buy { fill: var(--own); } .fill.sell { fill: var(--ink); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { color: var(--dim); font-weight: 600; } td.number { text-align: right; } .good { color: var(--good); } .bad { color: var(--bad); }
.heat td, .heat th { text-align: right; } .metrics { columns: 3 300px; column-gap: 28px; padding: 0; list-style: none; }
.metrics li { display: flex; justify-content: space-between; gap: 12px; border-bottom: 1px solid var(--line); padding: 3px 0; break-inside: avoid; }
.metrics span { color: var(--dim); cursor: help; text-decoration: underline dotted; text-underline-offset: 3px; }
.key { display: inline-block; width: 18px; border-top: 2px solid; margin: 0 6px 4px 14px; } summary { cursor: pointer; color: var(--dim); margin: 8px 0; }
`;
