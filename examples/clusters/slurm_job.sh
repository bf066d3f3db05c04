#!/bin/bash
# One run on the cores of one node:  sbatch slurm_job.sh JOB.ini [--section.key=value ...]
# It is stopped with a checkpoint before its time is over, and queues itself again until it is done.
#SBATCH --job-name=nmc
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --time=12:00:00
#SBATCH --signal=USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%j.out

# module load ...: what nmc was built with
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1} SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}

srun --ntasks=1 nmc run "$@"
code=$?
if [ $code -eq 75 ]; then scontrol requeue "$SLURM_JOB_ID"; fi # stopped with a checkpoint
exit $code
