"""Does the cost grow with the claims, and not with their square?

Forms of 100, 1,000 and 10,000 claims: rows of indicators with a narrative that tells them again in other words. Ten times
the claims may cost at most twelve times the time (issue 3). Prints the ratios; times are medians of interleaved runs.

    python benchmarks/growth.py [--runs 3] [--json]
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time

from auditor import audit_text

THINGS = "学员 企业 农户 社区 公园 桥梁 水库 学校 图书 设备 树苗 路灯 公厕 管网 讲座 演练 展览 培训 巡查 体检".split()
PLACES = "东 西 南 北 中 上 下 前 后 左 右 新 老 大 小 高 低 长 短 平".split()
ENDS = "街 岭 湾 桥 塘 坡 庄 店 寺 河 岗 洲 堤 坝 渡 坊 巷 屯 寨 坪 沟 港 浦 渚 墩 垸 畈 坳 冲 塆".split()


def form(claims: int) -> str:
    """A form with about so many claims: a third in the narrative, two thirds as targets and results."""
    names = [f"{p}{e}{t}" for e in ENDS for p in PLACES for t in THINGS][: claims // 3]
    narrative = "；".join(f"全年服务{name}{i + 11}个" for i, name in enumerate(names))
    rows = "\n".join(f"{name}数量\t≥{i + 10}个\t{i + 11}个" for i, name in enumerate(names))
    return (
        "部门整体支出绩效自评表\n（2023年度）\n部门名称\t云岭县综合服务中心\n年度整体目标\t整体目标完成情况\n"
        f"做好全年工作。\t{narrative}。\n关键指标\t预期实现值\t指标完成情况\n{rows}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sizes = (100, 1_000, 10_000)
    texts = {size: form(size) for size in sizes}
    counted = {size: len(audit_text(texts[size]).claims) for size in sizes}
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(options.runs):
        for size in sizes:
            start = time.perf_counter()
            audit_text(texts[size])
            times[size].append(time.perf_counter() - start)
    median = {size: statistics.median(times[size]) for size in sizes}
    rows = [
        {
            "claims": counted[b],
            "times_the_claims": round(counted[b] / counted[a], 2),
            "times_the_time": round(median[b] / median[a], 2),
        }
        for a, b in itertools.pairwise(sizes)
    ]
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['claims']:>6} claims: {row['times_the_claims']:.1f} x the claims, {row['times_the_time']:.1f} x the time"
        )


if __name__ == "__main__":
    main()
