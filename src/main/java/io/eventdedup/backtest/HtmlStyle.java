package io.eventdedup.backtest;

/** The fixed parts of the page: the head with the styles, and the legend. */
final class HtmlStyle {

    static final String HEAD = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Backtest of the key rules</title><style>
            :root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1b2430;--quiet:#5a6675;--line:#d8dde4;
            --new:#2f6fde;--copy:#8a97a8;--differ:#d4430c;--late:#b86e00;--code:#eef1f5}
            @media(prefers-color-scheme:dark){:root{--back:#12161c;--card:#1b2129;--text:#e6eaf0;--quiet:#9aa7b6;--line:#323b47;
            --new:#6ea2ff;--copy:#7d8a9a;--differ:#ff8552;--late:#f0b050;--code:#252d37}}
            *{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--text);
            font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
            main{max-width:70rem;margin:auto;padding:1rem}h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
            h3{font-size:1rem;margin:0 0 .5rem}.lead{font-size:1.1rem}code,pre,.value{font-family:ui-monospace,monospace;font-size:.85rem}
            pre{background:var(--code);padding:.75rem;border-radius:.4rem;overflow-x:auto;overflow-wrap:normal}
            section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:0 0 1rem}
            .suspicion{border-left-width:.3rem}.suspicion.coarse{border-left-color:var(--differ)}
            .suspicion.fine{border-left-color:var(--new)}.suspicion.short{border-left-color:var(--late)}p{margin:.5rem 0}
            .fields{padding-left:1.2rem;margin:.5rem 0}.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;color:var(--quiet);margin:.5rem 0 1rem}
            .legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:.15rem;margin-right:.4rem}
            .bar{display:flex;gap:2px;height:1.1rem;border-radius:.3rem;overflow:hidden}.bar span{min-width:3px}
            .new{background:var(--new)}.copy{background:var(--copy)}.differ{background:var(--differ)}.late{background:var(--late)}
            dl{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:.75rem 0 0}dt{color:var(--quiet);font-size:.8rem}
            dd{margin:0;font-variant-numeric:tabular-nums}
            figure{margin:1rem 0 0}figcaption{color:var(--quiet);font-size:.85rem}
            .chart{position:relative;height:7rem;border-bottom:1px solid var(--line);margin-top:.5rem}
            .columns{display:flex;gap:2px;height:100%}.columns span{flex:1;display:flex;flex-direction:column;justify-content:flex-end}
            .columns b{display:block;border-radius:.15rem .15rem 0 0}
            .window{position:absolute;top:0;bottom:0;border-left:2px dashed var(--text)}
            .axis{display:flex;gap:2px;color:var(--quiet);font-size:.75rem;overflow:hidden}.axis span{flex:1;width:0;overflow:visible;white-space:nowrap}
            details{margin-top:.75rem}summary{cursor:pointer;color:var(--quiet);font-size:.9rem}
            .pair{display:grid;grid-template-columns:1fr 1fr;gap:.35rem .75rem;margin-top:.5rem}.field{grid-column:1/-1;font-size:.85rem;margin-top:.3rem}
            .value{background:var(--code);padding:.35rem .5rem;border-radius:.3rem;min-width:0}
            </style></head><body><main>
            """;

    static final String LEGEND = """
            <div class=legend><span><i class=new></i>new: forwarded</span><span><i class=copy></i>duplicates: dropped</span>
            <span><i class=differ></i>duplicates that differ from the original: dropped</span>
            <span><i class=late></i>duplicates after the window: forwarded again</span></div>
            """;

    private HtmlStyle() {}
}
