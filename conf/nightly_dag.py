"""Example for Airflow 2 and 3: a sweep every night, few files for many and expiry on Sundays.

Needs the provider apache-airflow-providers-apache-spark and a connection `spark_default` to the
cluster. The driver runs on the worker that Airflow gives the task (client mode), so its exit status
is the task's.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

JAR = "/opt/tersor/sweep.jar"
OUT = "hdfs:///tersor/results"


def submit(task_id, *args):
    """A command of sweep.jar."""
    return SparkSubmitOperator(
        task_id=task_id,
        conn_id="spark_default",
        name=f"tersor {task_id}",
        application=JAR,
        application_args=list(args),
        env_vars={"TERSOR_OUT": OUT},
    )


# A second attempt goes on where the first was: what was published is not computed again.
ALWAYS = {
    "start_date": datetime(2026, 1, 1),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {"retries": 2, "retry_delay": timedelta(hours=1)},
}

with DAG(dag_id="tersor_nightly", schedule="10 2 * * *", **ALWAYS):
    submit("sweep", "--config", "/opt/tersor/conf/nightly.conf")

with DAG(dag_id="tersor_weekly", schedule="30 5 * * 0", **ALWAYS):
    compact = submit("compact", "compact", "--out", OUT)
    expire = submit("expire", "expire", "--older-than", "90d", "--out", OUT)
    compact >> expire
