#!/bin/bash
# Starts a Slurm of one node for tests, in a folder, without systemd and without touching the machine's own configuration.
#
#   Tests/Slurm/start.sh FOLDER      prints "export SLURM_CONF=…" when jobs can be submitted
#   Tests/Slurm/stop.sh FOLDER
#
# Exits with 77 and says why where Slurm is not installed or may not be started: slurmd, slurmctld and munged are needed, and root.
set -u
folder=$(readlink -f "$1")
skip() { echo "slurm test skipped: $*" >&2; exit 77; }
export PATH=$PATH:/usr/sbin:/sbin
for tool in slurmctld slurmd munged sbatch squeue scancel; do
    command -v $tool > /dev/null || skip "$tool is not installed (Debian: slurm-wlm munge; Scripts/setup.sh build slurm installs them)"
done
[ "$(id -u)" = 0 ] || skip "only root can start slurmd and munged"
id munge > /dev/null 2>&1 && id slurm > /dev/null 2>&1 || skip "the users munge and slurm do not exist"

# Runs a daemon without the descriptors of whoever called this script, who may wait until the last holder closes them.
detached() {
    (
        for descriptor in $(ls /proc/self/fd); do
            [ "$descriptor" -gt 2 ] && eval "exec $descriptor>&-"
        done
        exec "$@" < /dev/null
    )
}

host=$(hostname -s)
# Munge refuses folders that others may write to, so it gets one of its own below one that everybody may enter.
base=$(mktemp -d /tmp/cyclewright-slurm.XXXXXX)
echo "$base" > "$folder/base"
chmod 755 "$base"
mkdir "$base/munge" "$base/state" "$base/spool" "$base/log"
chown munge: "$base/munge"
chown slurm: "$base/state" "$base/spool" "$base/log"
dd if=/dev/urandom of="$base/munge/key" bs=1 count=1024 status=none
chown munge: "$base/munge/key"
chmod 600 "$base/munge/key"
chmod 755 "$base/munge"
detached runuser -u munge -- munged --key-file="$base/munge/key" --socket="$base/munge/socket" --pid-file="$base/munge/pid" \
    --log-file="$base/munge/log" --seed-file="$base/munge/seed" || skip "munged does not start: $(tail -n 1 "$base/munge/log" 2> /dev/null)"

# Ports of this run's own, so that another Slurm of the machine is left alone.
port=$((20000 + $$ % 20000))
cat > "$base/slurm.conf" <<CONF
ClusterName=cyclewright
SlurmctldHost=$host(127.0.0.1)
SlurmUser=slurm
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$base/munge/socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SchedulerParameters=sched_interval=1,sched_min_interval=100000,batch_sched_delay=0
KillWait=1
MinJobAge=10
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool
SlurmctldPidFile=$base/slurmctld.pid
SlurmdPidFile=$base/slurmd.pid
SlurmctldLogFile=$base/log/slurmctld
SlurmdLogFile=$base/log/slurmd
NodeName=$host NodeAddr=127.0.0.1 CPUs=${SLURM_TEST_CPUS:-2} State=UNKNOWN
PartitionName=sweep Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$base/slurm.conf"
touch "$base/slurmctld.pid"
chown slurm: "$base/slurmctld.pid"
detached slurmctld > "$base/log/start" 2>&1 || skip "slurmctld does not start: $(tail -n 1 "$base/log/start" "$base/log/slurmctld")"
detached slurmd >> "$base/log/start" 2>&1 || skip "slurmd does not start: $(tail -n 1 "$base/log/start" "$base/log/slurmd")"
for _ in $(seq 150); do
    if sinfo --noheader --format=%T 2> /dev/null | grep -q '^idle'; then
        echo "export SLURM_CONF=$base/slurm.conf"
        exit 0
    fi
    sleep 0.2
done
skip "the node does not become idle: $(tail -n 3 "$base/log/slurmctld" "$base/log/slurmd" 2> /dev/null)"
